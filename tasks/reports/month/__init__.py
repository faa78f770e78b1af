"""The package of a month: what an owner is handed when the month is closed, as PDF and workbook."""

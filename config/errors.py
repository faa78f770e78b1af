"""What is wrong with a settings or partner file, and how it is put right."""


class ConfigurationError(Exception):
    """A setting that cannot be used. It names the file, the key and the remedy, never the value.

    Codes: CFG-01 file cannot be read, CFG-02 unknown key, CFG-03 key missing, CFG-04 value not
    allowed, CFG-05 the same thing twice, CFG-06 refers to something that is not there, CFG-07 a
    secret written into a file, CFG-08 a folder that is no home.
    """

    def __init__(self, code: str, file: str, key: str, remedy: str) -> None:
        self.code, self.file, self.key, self.remedy = code, file, key, remedy
        where = f"{file}, key {key}" if key else file
        super().__init__(f"{code} {where}: {remedy}")

"""Good-faith estimates for uninsured and self-pay patients (45 CFR 149.610, 149.620): what one says, which
visits need one and by when, and which bills are too far above."""

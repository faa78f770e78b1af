"""What only a dental encounter says: teeth, areas of the mouth, orthodontics, predetermination."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from intake.fields import Day, Model, Units
from intake.parties import Provider


def _letters(value: Any) -> Any:
    """Surfaces as dentists write them: MOD is M, O and D."""
    return list("".join(value.split())) if isinstance(value, str) else value


Surfaces = Annotated[tuple[str, ...], BeforeValidator(_letters)]


class Tooth(Model):
    """A tooth by its universal number: 1 to 32, A to T, 51 to 82 or AS to TS where it is supernumerary."""

    number: str = ""
    surfaces: Surfaces = Field((), max_length=9, description='B D F I L M O; "MOD" or ["M", "O", "D"]')


class DentalLine(Model):
    """What only a dental line says."""

    teeth: tuple[Tooth, ...] = Field((), max_length=99)
    oral_cavity: tuple[str, ...] = Field(
        (),
        max_length=99,
        description="areas: 00 mouth, 01 upper arch, 02 lower arch, 10 20 30 40 quadrants",
    )
    prosthesis: Literal["", "I", "R"] = Field("", description="I initial placement, R replacement")
    prior_placement: Day = Field(None, description="of what a replacement replaces")
    appliance_placed: Day = Field(None, description="of an orthodontic appliance")
    appliance_replaced: Day = None
    treatment_start: Day = None
    treatment_completion: Day = None
    predetermination_number: str = ""


class Orthodontics(Model):
    """Orthodontic treatment: months in all, months that remain, or what it is for."""

    months: Units | None = None
    remaining_months: Units | None = None
    purpose: str = ""


class Dental(Model):
    """The dental facts of the whole encounter."""

    predetermination: bool = Field(
        False, description="asks what the payer would pay: nothing was done yet, and no money is owed"
    )
    predetermination_number: str = Field("", description="what the payer answered a predetermination with")
    missing_teeth: tuple[str, ...] = Field((), max_length=99)
    teeth_to_extract: tuple[str, ...] = Field((), max_length=99)
    orthodontics: Orthodontics | None = None
    appliance_placed: Day = None
    assistant_surgeon: Provider | None = None

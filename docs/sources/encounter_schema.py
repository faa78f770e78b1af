"""The encounter's JSON Schema, from the pydantic model that reads it."""

import json

from intake.encounter import Encounter


def pages() -> dict[str, str]:
    schema = Encounter.model_json_schema()
    return {"reference/encounter.schema.json": json.dumps(schema, indent=2, sort_keys=True)}

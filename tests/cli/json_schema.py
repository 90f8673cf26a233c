"""The part of JSON Schema that docs/schemas uses, checked with the standard library alone."""
import json
import re

TYPES = {"boolean": bool, "object": dict, "array": list, "string": str, "null": type(None)}
KNOWN = {"$schema", "title", "description", "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minimum", "maximum",
         "enum", "const", "pattern"}


def has_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def problems(value, schema, place="$"):
    """What is wrong with the value, a line each. A keyword that is not known here is a failure of the schema."""
    unknown = set(schema) - KNOWN
    if unknown:
        raise ValueError(f"this validator does not know {sorted(unknown)} (at {place})")
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(has_type(value, name) for name in types):
        yield f"{place}: {json.dumps(value)[:60]} is not of type {' or '.join(types)}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{place}: not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r} is none of {schema['enum']}"
    if "minimum" in schema and value is not None and value < schema["minimum"]:
        yield f"{place}: {value} is below {schema['minimum']}"
    if "maximum" in schema and value is not None and value > schema["maximum"]:
        yield f"{place}: {value} is above {schema['maximum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place}: {value!r} does not match {schema['pattern']}"
    if isinstance(value, list):
        yield from list_problems(value, schema, place)
    if isinstance(value, dict):
        yield from object_problems(value, schema, place)


def list_problems(value, schema, place):
    if len(value) < schema.get("minItems", 0):
        yield f"{place}: only {len(value)} items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{place}: {len(value)} items"
    for i, item in enumerate(value):
        yield from problems(item, schema.get("items", {}), f"{place}[{i}]")


def object_problems(value, schema, place):
    for name in schema.get("required", []):
        if name not in value:
            yield f"{place}: {name} is missing"
    for name, item in value.items():
        if name in schema.get("properties", {}):
            yield from problems(item, schema["properties"][name], f"{place}.{name}")
        elif schema.get("additionalProperties", True) is False:
            yield f"{place}: {name} is not in the schema"

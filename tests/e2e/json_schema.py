"""Documents against the schemas that the program prints for them.

json_schema.py SCHEMAS DOCUMENT...: each document is as the schema in the
folder SCHEMAS that its own key "schema" names, and has no key that the schema
lacks. All documents together have every key of every schema of which there is
one: a row of the table that nothing writes is found, too. What is used of JSON
Schema (2020-12) is read here; the package jsonschema, where it is installed,
has to agree.
"""
import json
import pathlib
import re
import sys

try:
    import jsonschema
except ImportError:
    jsonschema = None

KINDS = {"string": str, "integer": int, "boolean": bool, "object": dict,
         "array": list, "null": type(None)}


def kinds(schema):
    named = schema["type"]
    return [named] if isinstance(named, str) else named


def fits(value, kind):
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS[kind])


def member(schema, key):
    """The schema of a key, and its name there; None for a key it lacks."""
    if key in schema.get("properties", {}):
        return schema["properties"][key], key
    for pattern, below in schema.get("patternProperties", {}).items():
        if re.search(pattern, key):
            return below, pattern
    return None


def faults(schema, value, at, seen):
    """What is wrong with a value; where it was right is put into seen."""
    seen.add(at)
    if "const" in schema:
        if value != schema["const"]:
            yield f"{at} is {value!r}"
        return
    if not any(fits(value, kind) for kind in kinds(schema)):
        yield f"{at} is {value!r}, not {kinds(schema)}"
    elif isinstance(value, str) and not re.search(
            schema.get("pattern", ""), value):
        yield f"{at} is not {schema['pattern']}"
    elif isinstance(value, list):
        for v in value:
            yield from faults(schema["items"], v, at + "[]", seen)
    elif isinstance(value, dict) and "required" in schema:
        for key in schema["required"]:
            if key not in value:
                yield f"{at}.{key} is missing"
        for key, v in value.items():
            found = member(schema, key)
            if found:
                yield from faults(found[0], v, f"{at}.{found[1]}", seen)
            else:
                yield f"{at}.{key} is not in the schema"


def places(schema, at):
    """Every place that a schema knows."""
    yield at
    if "items" in schema:
        yield from places(schema["items"], at + "[]")
    for part in "properties", "patternProperties":
        for key, below in schema.get(part, {}).items():
            yield from places(below, f"{at}.{key}")


def main():
    schemas = {}
    for path in pathlib.Path(sys.argv[1]).iterdir():
        schema = json.loads(path.read_text(encoding="utf-8"))
        schemas[schema["title"]] = schema
    seen, used, wrong = set(), set(), []
    for name in sys.argv[2:]:
        value = json.loads(pathlib.Path(name).read_text(encoding="utf-8"))
        title = value["schema"]
        used.add(title)
        wrong += [f"{name}: {w}"
                  for w in faults(schemas[title], value, title, seen)]
        if jsonschema:
            check = jsonschema.Draft202012Validator(schemas[title])
            wrong += [f"{name}: {e.message}" for e in check.iter_errors(value)]
    for title in sorted(used):
        wrong += [f"{place} is in no document"
                  for place in places(schemas[title], title)
                  if place not in seen]
    for w in wrong:
        print(w)
    print(f"{len(sys.argv) - 2} documents of {len(used)} formats")
    return 1 if wrong else 0


sys.exit(main())

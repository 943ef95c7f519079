"""Holds each file of a folder against the schema of its ISO 20022 message.

    python validate.py FOLDER

Prints a line a file: its name, a tab, and "valid" or what is wrong first. The
schemas come with the package sepaxml.
"""

import pathlib
import sys

import sepaxml
import xmlschema

schemas = pathlib.Path(sepaxml.__file__).parent / "schemas"
schema = xmlschema.XMLSchema(str(schemas / "pain.001.001.09.xsd"))
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.xml")):
    wrong = next(schema.iter_errors(str(file)), None)
    print(file.name, "valid" if wrong is None else f"{wrong.path}: {wrong.reason}", sep="\t")

"""What chat templates make of their variables: cases on standard input, texts on standard output, both JSON. Jinja is set as Transformers sets it."""
import json
import sys

from jinja2.sandbox import ImmutableSandboxedEnvironment


def to_json(value, indent=None, ensure_ascii=False):
    return json.dumps(value, indent=indent, ensure_ascii=ensure_ascii)


environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
environment.filters["tojson"] = to_json
json.dump([environment.from_string(case["template"]).render(**case["variables"]) for case in json.load(sys.stdin)], sys.stdout)

# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema says of example sites, profiles and broken files what the loader says, as far as a schema can."""
import glob
import json
import os
import unittest

import jsonschema
import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# Broken in a way that no schema sees: what needs two places of a file, or more files; and what is no YAML to anybody.
BEYOND = {"03-repeated-key", "11-overlap", "12-same-unit", "19-same-connection", "20-serial-unit", "27-same-point-twice",
          "36-anchor", "37-tag", "41-nothing-watched", "44-cycle", "45-same-id-in-a-part", "46-broken-profile",
          "63-overlap-of-numbers"}
NO_YAML = {"34-syntax", "35-tab", "38-second-document", "49-plain-keys"}


class Words(yaml.SafeLoader):
    """on and off are words to Picket and to YAML 1.2; PyYAML knows YAML 1.1 alone, where the key "on" is true."""


Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def read(path):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader=Words)


def files(*parts):
    return sorted(glob.glob(os.path.join(ROOT, *parts), recursive=True))


class Schema(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with open(os.path.join(ROOT, "config", "site.schema.json"), encoding="utf-8") as file:
            cls.schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(cls.schema)
        cls.validator = jsonschema.Draft7Validator(cls.schema)

    def problems(self, path):
        return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in self.validator.iter_errors(read(path))]

    def test_examples_are_right(self):
        paths = files("config", "examples", "**", "*.yaml")
        self.assertGreater(len(paths), 5)
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.problems(path), [])

    def test_profiles_are_right(self):
        paths = files("config", "profiles", "*.yaml")
        self.assertGreaterEqual(len(paths), 2)
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.problems(path), [])

    def test_broken_files_are_wrong(self):
        names = {os.path.splitext(os.path.basename(path))[0] for path in files("tests", "broken", "*.yaml")}
        self.assertEqual((BEYOND | NO_YAML) - names, set())
        for name in sorted(names - NO_YAML):
            with self.subTest(name):
                problems = self.problems(os.path.join(ROOT, "tests", "broken", name + ".yaml"))
                self.assertEqual(problems == [], name in BEYOND, problems)

    def test_editors_find_the_schema(self):
        for path in files("config", "examples", "**", "*.yaml"):
            if os.sep + "profiles" + os.sep in path:
                continue
            with open(path, encoding="utf-8") as file:
                first = file.readline().strip()
            where = first.partition("$schema=")[2]
            self.assertTrue(os.path.exists(os.path.join(os.path.dirname(path), where)), f"{path}: {first}")


if __name__ == "__main__":
    unittest.main()

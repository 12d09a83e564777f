# SPDX-License-Identifier: Apache-2.0
"""Every shipped profile, played by picket-sim: each of its points is set by name and read over the wire by mbpoll, a
master that nobody here wrote, at the address that the profile says."""
import glob
import os
import random
import re

import yaml

import rig

FOLDER = os.path.join(rig.ROOT, "config", "profiles")
PROFILES = sorted(os.path.basename(path)[:-len(".yaml")] for path in glob.glob(os.path.join(FOLDER, "*.yaml")))
MBPOLL_TABLE = {"coil": "0", "discrete": "1", "input": "3", "holding": "4"}
LARGEST = {"u16": 0xffff, "u32": 0xffffffff}


def site():
    links = {f"l{i}": {"url": f"TCP_{i}", "timeout_ms": 500} for i in range(len(PROFILES))}
    devices = {f"d{i}": {"link": f"l{i}", "unit": 1, "profile": name} for i, name in enumerate(PROFILES)}
    sensors = {f"s{i}": {"kind": "input", "area": "yard", "input": f"d{i}/di/0"} for i in range(len(PROFILES))}
    return {"picket": 1, "site": "profiles", "gateway": "gw-1", "broker": {"urls": ["BROKER"]},
            "journal": {"dir": "FOLDER/journal"}, "links": links, "devices": devices, "areas": {"yard": {}},
            "sensors": sensors}


def points_of(name):
    """(name, table, wire address, bit or None, type, scale) of every point, as picket-site(5) says."""
    with open(os.path.join(FOLDER, name + ".yaml"), encoding="utf-8") as file:
        profile = yaml.safe_load(file)
    for group, row in profile["points"].items():
        kind, first = row.get("type"), row["address"] - row.get("base", profile.get("base", 0))
        for i in range(row.get("count", 1)):
            address, bit = first + i * (2 if kind == "u32" else 1), None
            if kind is None and row["table"] in ("input", "holding"):
                bit = (row.get("bit", 0) + i) % 16
                address = first + (row.get("bit", 0) + i) // 16
            yield f"{group}/{i}" if "count" in row else group, row["table"], address, bit, kind, row.get("scale", 1)


class Profiles(rig.RigCase):
    def setUp(self):
        self.site = self.rig(site())
        self.site.start_wires()
        self.random = random.Random(1)

    def read(self, port, table, address, count):
        _, out = self.site.run("mbpoll", "-m", "tcp", "-a", 1, "-p", port, "-t", MBPOLL_TABLE[table], "-0", "-r", address,
                               "-c", count, "-1", "-q", "127.0.0.1")
        values = {int(a): int(v) for a, v in re.findall(r"^\[(\d+)\]:\s+(-?\d+)", out, re.M)}
        return [values[address + i] & 0xffff for i in range(count)]

    def check(self, device, port, point):
        name, table, address, bit, kind, scale = point
        if kind is None:
            for state, expected in (("on", 1), ("off", 0), ("on", 1)):
                self.site.sim("set", f"{device}/{name}", state)
                word = self.read(port, table, address, 1)[0]
                self.assertEqual(word if bit is None else word >> bit & 1, expected, point)
            return
        raw = self.random.randrange(LARGEST[kind])
        self.site.sim("set", f"{device}/{name}", str(raw) if scale == 1 else f"{raw * scale:.4f}")
        words = self.read(port, table, address, 2 if kind == "u32" else 1)
        self.assertEqual(words if len(words) == 1 else [words[0] << 16 | words[1]], [raw], point)

    def test_every_point_is_where_the_profile_says(self):
        for i, name in enumerate(PROFILES):
            points = list(points_of(name))
            self.assertGreater(len(points), 1, name)
            # the first, the last and one between of each group stand for it
            groups = {}
            for point in points:
                groups.setdefault(point[0].split("/")[0], []).append(point)
            for group in groups.values():
                for point in {group[0], group[len(group) // 2], group[-1]}:
                    with self.subTest(profile=name, point=point[0]):
                        self.check(f"d{i}", self.site.port(str(i)), point)

    def test_all_of_a_block_at_once(self):
        """One read over each group of points, as the gateway would ask."""
        for i, name in enumerate(PROFILES):
            groups = {}
            for point in points_of(name):
                groups.setdefault(point[0].split("/")[0], []).append(point)
            for group in groups.values():
                first = min(p[2] for p in group)
                count = max(p[2] + (2 if p[4] == "u32" else 1) for p in group) - first
                with self.subTest(profile=name, first=group[0][0]):
                    self.assertEqual(len(self.read(self.site.port(str(i)), group[0][1], first, count)), count)


if __name__ == "__main__":
    rig.main()

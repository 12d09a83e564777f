# SPDX-License-Identifier: Apache-2.0
"""Lines that take their time: the gateway keeps the silence between frames, and a site that would be too slow does not
start. That no flip is seen later than `picketctl check` says is measured by tests/bench/wire_timing."""
import json

import rig
import timing

BAUDS = [9600, 19200, 115200]


class WireTiming(rig.RigCase):
    def test_the_gateway_keeps_the_silence_between_frames(self):
        run = timing.Timing(self.rig(timing.site(BAUDS)))
        run.start()
        rig.wait_for(lambda: all(use["requests"] > 100 for use in run.lines().values()), "a hundred requests a line", 60)
        for link, use in run.lines().items():
            self.assertEqual(use["early"], 0, f"{link}: {use}")

    def test_a_line_takes_its_time(self):
        """An exchange lasts as long as its characters: the simulator is no shortcut."""
        run = timing.Timing(self.rig(timing.site([9600], devices=1)))
        run.start()
        device = rig.wait_for(lambda: next((d for d in run.rig.ctl_json("devices")["devices"] if d["good"] > 20), None),
                              "twenty answers")
        characters_ms = (8 + 6) * 11 * 1000 / 9600
        self.assertGreaterEqual(device["rtt_p50_us"] / 1000, characters_ms)

    def test_a_site_that_is_too_slow_does_not_start(self):
        slow = timing.site([9600], devices=6, scan_ms=400)
        for sensor in slow["sensors"].values():
            sensor["kind"] = "duress"
            del sensor["hold_s"]
        site = self.rig(slow)
        code, text = site.ctl("check", site.site_path, check=False)
        self.assertEqual(code, 1, text)
        self.assertIn("ms to be seen", text)
        place = next(line for line in text.splitlines() if "ms to be seen" in line)
        code, log = site.run(f"{rig.BIN}/picketd", site.site_path, "--socket", site.socket, check=False)
        self.assertEqual(code, 1, log)
        self.assertIn(place, log)  # the same words, the same place
        document = json.loads(site.ctl("check", site.site_path, "--json", check=False)[1])
        self.assertFalse(document["ok"])
        self.assertEqual({i["verdict"] for i in document["schedule"]["inputs"]}, {"refused"})


if __name__ == "__main__":
    rig.main()

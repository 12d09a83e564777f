# SPDX-License-Identifier: Apache-2.0
"""The schedule's promise on lines that take their time: no flip is seen later than `picketctl check` says, the gateway
keeps the silence between frames, and a site that would be too slow does not start."""
import json

import rig
import timing

BAUDS = [9600, 19200, 115200]
ROUNDS = 12
CLOCK_S = 0.002  # two clocks, read one after the other


class WireTiming(rig.RigCase):
    def check(self, run, times):
        for device, all_took in times.items():
            promised = run.promised(device)
            self.assertGreaterEqual(min(all_took), -CLOCK_S, f"{device}: seen before it flipped: {all_took}")
            self.assertLessEqual(max(all_took), promised + CLOCK_S, f"{device}: promised {promised}: {sorted(all_took)}")

    def test_no_flip_is_seen_later_than_promised(self):
        run = timing.Timing(self.rig(timing.site(BAUDS)))
        run.start()
        alive = run.measure(ROUNDS)
        self.assertEqual(len(alive), 3 * len(BAUDS))
        self.check(run, alive)
        for baud in BAUDS:
            run.kill(f"d2-{baud}")
        dead = run.measure(ROUNDS)
        self.assertEqual(len(dead), 2 * len(BAUDS))
        self.check(run, dead)
        self.assertLess(len(run.spoiled), ROUNDS, run.spoiled)  # of 15 times as many
        for link, use in run.lines().items():
            self.assertGreater(use["requests"], 100, link)
            self.assertEqual(use["early"], 0, f"{link}: {use}")

    def test_a_line_takes_its_time(self):
        """An exchange lasts as long as its characters: the simulator is no shortcut."""
        run = timing.Timing(self.rig(timing.site([9600], devices=1)))
        run.start()
        device = rig.wait_for(lambda: next((d for d in run.rig.ctl_json("devices")["devices"] if d["good"] > 20), None),
                              "twenty answers")
        characters_ms = (8 + 6) * 11 * 1000 / 9600
        self.assertGreaterEqual(device["rtt_p50_us"] / 1000, characters_ms)
        self.assertLess(device["rtt_p50_us"] / 1000, characters_ms + 20)

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

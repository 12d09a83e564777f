# SPDX-License-Identifier: Apache-2.0
"""The quickstart's show: its judge finds what is wrong, and the whole show ends well and leaves nothing behind."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import rig

DEMO = os.path.join(rig.ROOT, "packaging", "demo")
sys.path.insert(0, DEMO)
from judge import judge  # noqa: E402
import lines  # noqa: E402

SHOW_S = 120


def event(seq, type_="picket.alarm.raised", subject="gate", condition="door.forced"):
    return {"id": f"gw-1/1/{seq}", "type": type_, "subject": subject, "time": "2026-11-23T21:03:04.512345Z",
            "data": {"seq": seq, "condition": condition, "priority": 1, "title": "Gate", "guidance": "Look"}}


def told(*events):
    return [("picket/v1/s/g/event", json.dumps(e)) for e in events]


class Judge(unittest.TestCase):
    journal = [event(1), event(2, "picket.alarm.cleared"), event(3)]
    expected = {("gate", "door.forced")}

    def problems(self, received, journal=None, expected=None):
        return judge(journal or self.journal, received, self.expected if expected is None else expected).problems

    def test_all_told_and_one_twice(self):
        verdict = judge(self.journal, told(*self.journal, self.journal[1]), self.expected)
        self.assertEqual((verdict.problems, verdict.events, verdict.repeats), ([], 3, 1))

    def test_one_is_missing(self):
        self.assertRegex(self.problems(told(*self.journal[:2]))[0], "never received: seq 3")

    def test_one_is_invented(self):
        self.assertRegex(self.problems(told(*self.journal, event(4)))[0], "not in the journal: gw-1/1/4")

    def test_a_repeat_with_another_content(self):
        self.assertRegex(self.problems(told(*self.journal, event(2)))[0], "two contents")

    def test_a_gap_in_the_journal(self):
        journal = [event(1), event(3)]
        self.assertRegex(self.problems(told(*journal), journal)[0], "not one sequence")

    def test_an_alarm_that_did_not_come(self):
        problems = self.problems(told(*self.journal), None, {("fence", "fence.intrusion")})
        self.assertRegex(problems[0], "not raised: fence/fence.intrusion")

    def test_nothing_at_all(self):
        self.assertTrue(judge([], [], set()).problems)


class Lines(unittest.TestCase):
    def test_a_late_alarm(self):
        text = lines.line({"tst": "2026-11-23T21:03:14.600000Z+0000"}, event(7))
        for part in ("CRITICAL", "RAISED", "door.forced", "Gate", "seq 7", "10 s late", "Look"):
            self.assertIn(part, text)

    def test_what_only_programs_want(self):
        self.assertIsNone(lines.line({"tst": "2026-11-23T21:03:14.600000Z+0000"}, event(7, "picket.sensor.changed")))


def command_lines():
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                yield file.read().replace("\0", " ")
        except OSError:
            continue  # it has just ended


class Show(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.log = os.path.join(self.folder, "log")
        self.temporary = os.path.join(self.folder, "tmp")
        os.mkdir(self.temporary)
        with open(self.log, "wb") as log:
            self.show = subprocess.Popen([sys.executable, "-B", os.path.join(DEMO, "show.py")], stdout=log, stderr=log,
                                         stdin=subprocess.DEVNULL, start_new_session=True,
                                         env={**os.environ, "TMPDIR": self.temporary, "NO_COLOR": "1"})
        self.addCleanup(self.end)

    def end(self):
        if self.show.poll() is None:
            self.show.kill()  # its children die with it
            self.show.wait()

    def text(self):
        with open(self.log, encoding="utf-8") as file:
            return file.read()

    def wait_line(self, pattern, deadline_s):
        rig.wait_for(lambda: re.search(pattern, self.text()) or self.show.poll() is not None, pattern, deadline_s)
        self.assertRegex(self.text(), pattern)

    def test_play_and_leave_nothing(self):
        self.wait_line(r"Ctrl-C ends it", SHOW_S)
        self.assertRegex(self.text(), r"late: the broker was away")
        self.assertRegex(self.text(), r"an independent subscriber received each of the \d+ events")
        play = re.search(r"(?m)^  export (.*)$", self.text()).group(1)
        environment = {**os.environ, **dict(pair.split("=", 1) for pair in play.split())}
        for words in (["picket-sim", "set", "cabinet-e", "on"], ["picketctl", "alarms"]):
            done = subprocess.run([os.path.join(rig.BIN, words[0]), *words[1:]], env=environment, text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual(done.returncode, 0, done.stdout)
        self.wait_line(r"RAISED +tamper +Cabinet, east fence", 10)
        self.show.send_signal(signal.SIGINT)
        self.assertEqual(self.show.wait(60), 0, self.text())
        self.assertEqual(os.listdir(self.temporary), [])
        self.assertEqual([line for line in command_lines() if self.temporary in line], [])


if __name__ == "__main__":
    rig.main()

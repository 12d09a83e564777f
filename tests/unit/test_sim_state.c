/* SPDX-License-Identifier: Apache-2.0 */
/* sim/state: the words for what happens to a sensor, and the points that stand for them. */
#include "config/site_load.h"
#include "drivers/sim/number.c" /* parts of a program, so not in a library */
#include "drivers/sim/signal.c"
#include "drivers/sim/state.c"

#include <check.h>
#include <stdlib.h>
#include <unistd.h>

static const char text[] =
        "picket: 1\n"
        "site: s\n"
        "gateway: g\n"
        "title: T\n"
        "broker: {urls: [\"mqtt://127.0.0.1:1883\"]}\n"
        "journal: {dir: /tmp/none}\n"
        "links:\n"
        "  net: {url: \"tcp://127.0.0.1:15020\", timeout_ms: 200}\n"
        "devices:\n"
        "  board:\n"
        "    link: net\n"
        "    unit: 1\n"
        "    scan_ms: 100\n"
        "    points: {di: {table: discrete, address: 0, count: 16}, lid: {table: coil, address: 3}}\n"
        "areas: {a: {title: A}}\n"
        "sensors:\n"
        "  door: {kind: door, area: a, contact: board/di/0, bolt: board/di/1, release: board/di/2, tamper: board/lid}\n"
        "  gate: {kind: door, area: a, contact: not board/di/3}\n"
        "  hatch: {kind: door, area: a, contact: board/di/10, bolt: not board/di/11}\n"
        "  fence: {kind: fence, area: a, hit: not board/di/4}\n"
        "  cam: {kind: camera, area: a, trigger: board/di/5}\n"
        "  help: {kind: duress, area: a, input: board/di/6}\n"
        "  mains: {kind: power, area: a, input: not board/di/7}\n"
        "  lid: {kind: tamper, area: a, input: board/di/8}\n"
        "  gas: {kind: input, area: a, input: board/di/9}\n";

static struct site *site;
static struct sim_problem problem;

static void load(void)
{
	char path[] = "/tmp/picket-sim-XXXXXX";
	struct site_errors errors;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, sizeof text - 1), sizeof text - 1);
	close(fd);
	int error = site_load(path, &site, &errors);
	unlink(path);
	ck_assert_msg(error == 0, "%s", errors.count ? errors.rows[0].text : "no memory");
	site_errors_free(&errors);
}

static void unload(void)
{
	site_free(&site);
}

/* Flips as text: "di/0=1 di/1=0". */
static const char *flips(const char *target, const char *state)
{
	static char line[200];
	struct sim_change change;
	size_t length = 0;

	line[0] = '\0';
	if (sim_state_resolve(site, target, state, &change, &problem) < 0)
		return problem.text;
	for (size_t i = 0; i < change.count; i++)
		length += (size_t)snprintf(line + length, sizeof line - length, "%s%s=%d", i ? " " : "",
		                           site->points[change.flips[i].point].name, change.flips[i].value);
	if (change.pulse)
		snprintf(line + length, sizeof line - length, " pulse");
	return line;
}

static const struct {
	const char *target, *state, *flips;
} rows[] = {
        {"door", "open", "di/0=1 di/1=0"},
        {"door", "closed", "di/0=0 di/1=1"},
        {"door", "locked", "di/1=1 di/0=0"},
        {"door", "unlocked", "di/1=0 di/0=0"},
        {"door", "release", "di/2=1"},
        {"door", "norelease", "di/2=0"},
        {"door", "tamper", "lid=1"},
        {"door", "notamper", "lid=0"},
        {"gate", "open", "di/3=0"},
        {"gate", "closed", "di/3=1"},
        {"hatch", "open", "di/10=1 di/11=1"},
        {"fence", "hit", "di/4=0 pulse"},
        {"fence", "quiet", "di/4=1"},
        {"cam", "trigger", "di/5=1"},
        {"cam", "clear", "di/5=0"},
        {"help", "press", "di/6=1"},
        {"help", "release", "di/6=0"},
        {"mains", "lost", "di/7=0"},
        {"mains", "good", "di/7=1"},
        {"lid", "on", "di/8=1"},
        {"lid", "off", "di/8=0"},
        {"gas", "on", "di/9=1"},
        {"gas", "off", "di/9=0"},
        {"gate.contact", "on", "di/3=0"},
        {"gate.contact", "off", "di/3=1"},
        {"door.tamper", "on", "lid=1"},
        {"board/di/3", "on", "di/3=1"},
        {"board/lid", "off", "lid=0"},
};

START_TEST(words_flip_their_points)
{
	ck_assert_str_eq(flips(rows[_i].target, rows[_i].state), rows[_i].flips);
}
END_TEST

START_TEST(every_word_has_its_undo)
{
	struct sim_change change, back;

	ck_assert_int_eq(sim_state_resolve(site, rows[_i].target, rows[_i].state, &change, &problem), 0);
	if (!change.undo)
		return;
	ck_assert_msg(sim_state_resolve(site, rows[_i].target, change.undo, &back, &problem) == 0, "%s", problem.text);
	ck_assert_uint_eq(back.flips[0].point, change.flips[0].point);
	ck_assert_int_eq(back.flips[0].value, !change.flips[0].value);
}
END_TEST

static const struct {
	const char *target, *state;
	enum sim_code code;
	const char *text;
} mistakes[] = {
        {"dor", "open", SIM_NO, "no sensor 'dor'; did you mean 'door'?"},
        {"door", "opne", SIM_USAGE,
         "door door has no state 'opne'; did you mean 'open'? It takes: open closed locked unlocked release norelease "
         "tamper notamper"},
        {"gate", "unlocked", SIM_USAGE, "door gate has no state 'unlocked'. It takes: open closed"},
        {"gate", "tamper", SIM_USAGE, "door gate has no state 'tamper'. It takes: open closed"},
        {"gate.bolt", "on", SIM_NO, "door gate has no input 'bolt'"},
        {"door.contcat", "on", SIM_NO, "door door has no input 'contcat'; did you mean 'contact'?"},
        {"door.contact", "open", SIM_USAGE, "door.contact takes on or off, not 'open'"},
        {"baord/di/0", "on", SIM_NO, "no device 'baord'; did you mean 'board'?"},
        {"board/di/16", "on", SIM_NO, "device board has no point 'di/16'; did you mean 'di/1'?"},
        {"", "on", SIM_NO, "no sensor ''"},
        {"/", "on", SIM_NO, "no device ''"},
};

START_TEST(mistakes_are_explained)
{
	struct sim_change change = {.count = 77};

	ck_assert_int_eq(sim_state_resolve(site, mistakes[_i].target, mistakes[_i].state, &change, &problem), -EINVAL);
	ck_assert_str_eq(problem.text, mistakes[_i].text);
	ck_assert_int_eq(problem.code, mistakes[_i].code);
	ck_assert_uint_eq(change.count, 77);
}
END_TEST

START_TEST(a_pulse_begins_with_the_moment_of_the_kind)
{
	struct sim_change change;

	ck_assert_int_eq(sim_state_pulse(site, "mains", &change, &problem), 0);
	ck_assert(change.pulse);
	ck_assert_str_eq(site->points[change.flips[0].point].name, "di/7");
	ck_assert(!change.flips[0].value);
	ck_assert_int_eq(sim_state_pulse(site, "board/di/7", &change, &problem), 0);
	ck_assert(change.flips[0].value);
}
END_TEST

START_TEST(normal_is_closed_locked_quiet_and_inverted_where_said)
{
	for (enum site_role role = 0; role < ROLE_COUNT; role++) {
		ck_assert_int_eq(sim_state_normal(role), role == ROLE_BOLT);
	}
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("sim_state");
	TCase *c = tcase_create("words");

	tcase_add_checked_fixture(c, load, unload);
	tcase_add_loop_test(c, words_flip_their_points, 0, COUNT_OF(rows));
	tcase_add_loop_test(c, every_word_has_its_undo, 0, COUNT_OF(rows));
	tcase_add_loop_test(c, mistakes_are_explained, 0, COUNT_OF(mistakes));
	tcase_add_test(c, a_pulse_begins_with_the_moment_of_the_kind);
	tcase_add_test(c, normal_is_closed_locked_quiet_and_inverted_where_said);
	suite_add_tcase(s, c);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());

	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * link: many buses and connections side by side on virtual time, healthy ones and such with every fault there is at
 * the level of bytes, all from one seed. Not one wrong value, and the promises of the schedule hold.
 *
 *   unit-link_world [LINKS SECONDS [SEED]]     without arguments the short form
 */
#define WIRE_UNITS   4
#define WIRE_POINTS  64
#define WIRE_FLIGHTS 256

#include "tests/unit/wire.h"

#include <stdio.h>
#include <stdlib.h>

#define PERIOD_MS 100
#define INPUTS    16

static size_t link_count = 240;
static unsigned seconds = 20;
static uint64_t seed = 20261125;

enum health {
	HEALTHY,
	ONE_SICK, /* its first unit does anything */
	ALL_SICK, /* every unit does anything */
	ONE_DEAD, /* its first unit falls silent half way */
	HEALTH_COUNT,
};

struct neighbour {
	struct wire wire;
	enum health health;
	struct mono silent_from;
};

static struct neighbour *world;

static void anything(struct wire *w, struct wire_answer *answer)
{
	uint64_t dice = random_next(&w->random) % 100;

	if (dice < 10) {
		answer->silent = true;
	} else if (dice < 20) {
		answer->delay_us = (int64_t)(random_next(&w->random) % 2060000);
	} else if (dice < 25 && !w->tcp) { /* a TCP stream does not mix the bytes of two frames */
		answer->piece_us = (int64_t)(1 + random_next(&w->random) % 40000);
	} else if (dice < 30) {
		answer->exception = (uint8_t)(1 + random_next(&w->random) % 11);
	} else if (dice < 34) {
		answer->twin_us = (int64_t)(random_next(&w->random) % 80000); /* within the period: see echo.h */
	} else if (dice < 40) {
		size_t which = random_next(&w->random) % 4;
		/* a flipped bit of a TCP value is not to be seen: there TCP's own checksum has to do */
		answer->spoil = wire_spoils[which == 1 && w->tcp ? 0 : which];
	}
}

static void misbehave(struct wire *w, struct wire_answer *answer)
{
	struct neighbour *its = (struct neighbour *)w; /* its first member */
	bool sick = answer->unit == 1;

	answer->delay_us = 500 + (int64_t)(random_next(&w->random) % 3000);
	if (its->health == ALL_SICK || (its->health == ONE_SICK && sick))
		anything(w, answer);
	if (its->health == ONE_DEAD && sick && mono_reached(w->now, its->silent_from))
		answer->silent = true;
}

static void begin(size_t index)
{
	struct neighbour *its = &world[index];
	uint64_t its_seed = seed + index;
	size_t units = 1 + index / HEALTH_COUNT % WIRE_UNITS;

	its->health = (enum health)(index % HEALTH_COUNT);
	wire_init(&its->wire, index / HEALTH_COUNT / WIRE_UNITS % 2, 60);
	for (size_t unit = 1; unit <= units; unit++)
		wire_add(&its->wire, (uint8_t)unit, PERIOD_MS, INPUTS);
	its->wire.behave = misbehave;
	its->silent_from = mono_add_ms(its->wire.now, seconds * INT64_C(500));
	wire_begin(&its->wire, random_next(&its_seed));
}

static void check_lost(const struct neighbour *its)
{
	const struct wire_unit *unit = &its->wire.units[0];

	ck_assert_uint_eq(unit->lost, 1);
	ck_assert_int_le(mono_since_us(unit->lost_at, its->silent_from), LIMIT_LOST_MS * 1000 + 500000);
}

/* Neighbours of the sick and the dead too: late by what an exchange that fails takes, never lost. */
static void check(const struct neighbour *its)
{
	const struct wire *wire = &its->wire;
	size_t first = its->health == HEALTHY ? 0 : 1;
	int64_t longest_us = its->health == HEALTHY ? 20000 : its->health == ONE_DEAD ? 150000 : 900000;

	ck_assert_msg(wire->wrong == 0, "link %zu: %u wrong", (size_t)(its - world), wire->wrong);
	if (its->health == ALL_SICK)
		return;
	for (size_t i = first; i < wire->site.device_count; i++) {
		ck_assert_msg(wire->units[i].lost == 0, "link %zu unit %zu lost", (size_t)(its - world), i + 1);
		ck_assert_msg(wire->units[i].longest_gap_us <= PERIOD_MS * 1000 + longest_us,
		              "link %zu unit %zu: %lld us without a value", (size_t)(its - world), i + 1,
		              (long long)wire->units[i].longest_gap_us);
		ck_assert_uint_eq(wire->units[i].late, 0);
	}
	if (its->health == ONE_DEAD)
		check_lost(its);
}

START_TEST(every_promise_holds)
{
	uint64_t samples = 0, exchanges = 0;

	world = calloc(link_count, sizeof *world);
	ck_assert_ptr_nonnull(world);
	for (size_t i = 0; i < link_count; i++)
		begin(i);
	for (unsigned second = 0; second < seconds; second++)
		for (size_t i = 0; i < link_count; i++)
			wire_run_ms(&world[i].wire, 1000);
	for (size_t i = 0; i < link_count; i++) {
		struct wire *wire = &world[i].wire;
		check(&world[i]);
		exchanges += wire->stats.exchanges;
		for (size_t j = 0; j < wire->site.device_count; j++)
			samples += wire->units[j].good;
		link_free(&wire->link);
	}
	printf("%zu links, %u s each, seed %llu: %llu exchanges, %llu good samples, none wrong\n", link_count, seconds,
	       (unsigned long long)seed, (unsigned long long)exchanges, (unsigned long long)samples);
	ck_assert_uint_ge(samples, link_count * seconds * INPUTS * 5);
	free(world);
}
END_TEST

static bool take(const char *word, uint64_t most, uint64_t *ret_number)
{
	char *end = NULL;
	unsigned long long number = strtoull(word, &end, 10);

	if (end == word || *end || number == 0 || number > most)
		return false;
	*ret_number = number;
	return true;
}

static bool take_arguments(int argc, char **argv)
{
	uint64_t links = link_count, length = seconds;

	if (argc > 1 && (argc < 3 || argc > 4))
		return false;
	if (argc > 1 && (!take(argv[1], 100000, &links) || !take(argv[2], 100000, &length)))
		return false;
	if (argc > 3 && !take(argv[3], UINT64_MAX, &seed))
		return false;
	link_count = links;
	seconds = (unsigned)length;
	return true;
}

int main(int argc, char **argv)
{
	if (!take_arguments(argc, argv)) {
		fprintf(stderr, "usage: %s [LINKS SECONDS [SEED]]\n", argv[0]);
		return 2;
	}
	Suite *suite = suite_create("link_world");
	TCase *tc = tcase_create("world");

	tcase_set_timeout(tc, 3600);
	tcase_add_test(tc, every_promise_holds);
	suite_add_tcase(suite, tc);

	SRunner *runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_text - what the suites of the site file share: each test in a folder of its own, a site written as text,
 * loaded well or refused. The folder is the working directory and is gone afterwards.
 */
#ifndef PICKET_TESTS_SITE_TEXT_H
#define PICKET_TESTS_SITE_TEXT_H

#include "config/site_load.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE PICKET_SOURCE_DIR

static struct site *site;
static struct site_errors errors;
static char folder[] = "/tmp/picket-site-XXXXXX";

static inline void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	setenv("PICKET_PROFILES", SOURCE "/config/profiles", 1);
}

static inline int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static inline void teardown(void)
{
	site_free(&site);
	site_errors_free(&errors);
	ck_assert_int_eq(chdir("/"), 0);
	nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void write_bytes(const char *name, const char *bytes, size_t size)
{
	FILE *file = fopen(name, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
	ck_assert_int_eq(fclose(file), 0);
}

static inline void write_text(const char *name, const char *text)
{
	write_bytes(name, text, strlen(text));
}

static inline void load_file(const char *name)
{
	int error = site_load(name, &site, &errors);

	for (size_t i = 0; i < errors.count; i++)
		printf("%s:%u:%u: %s\n", errors.rows[i].file, errors.rows[i].line, errors.rows[i].column,
		       errors.rows[i].text);
	ck_assert_int_eq(error, 0);
	ck_assert_uint_eq(errors.count, 0);
	ck_assert_ptr_nonnull(site);
}

static inline void load_text(const char *text)
{
	write_text("site.yaml", text);
	load_file("site.yaml");
}

static inline void refuse_file(const char *name, uint32_t line, uint32_t column, const char *text)
{
	ck_assert_int_eq(site_load(name, &site, &errors), -EINVAL);
	ck_assert_ptr_null(site);
	ck_assert_uint_ge(errors.count, 1);
	ck_assert_str_eq(errors.rows[0].text, text);
	ck_assert_uint_eq(errors.rows[0].line, line);
	ck_assert_uint_eq(errors.rows[0].column, column);
}

#define HEAD         "picket: 1\nsite: yard\ngateway: gw-1\nbroker: {urls: [\"mqtt://127.0.0.1\"]}\n"
#define LINKS        "links: {net: {url: \"tcp://127.0.0.1:15020\"}}\n"
#define DEVICES      "devices: {io: {link: net, unit: 1, profile: generic-di16}}\n"
#define AREAS        "areas: {north: {}}\n"
#define SENSORS      "sensors: {door: {kind: door, area: north, contact: io/di/0}}\n"
#define MINIMAL      HEAD LINKS DEVICES AREAS SENSORS
#define SENSOR(text) HEAD LINKS DEVICES AREAS "sensors:\n  it: {area: north, " text "}\n"

static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static inline void add_case(Suite *suite, const char *name, const TTest *const *tests)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
}

#endif

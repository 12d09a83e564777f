/* SPDX-License-Identifier: Apache-2.0 */
/* site_model - a site with every sort of point and two loops, for the suites of the model. */
#ifndef PICKET_TESTS_SITE_MODEL_H
#define PICKET_TESTS_SITE_MODEL_H

#include "tests/unit/site_text.h"

#define NUMBERS                                                                                                        \
	"devices:\n  io:\n    link: net\n    unit: 1\n    points:\n"                                                   \
	"      di: {table: discrete, address: 0, count: 4}\n"                                                          \
	"      level: {table: input, address: 0, count: 2, type: u16, scale: 0.1, unit: mV}\n"                         \
	"      ma: {table: input, address: 2, type: i16, scale: 0.000625, offset: 4, unit: mA}\n"                      \
	"      hits: {table: input, address: 4, count: 2, type: u32, order: cdab, counter: true}\n"                    \
	"      raw: {table: input, address: 8, type: u16}\n"                                                           \
	"      state: {table: holding, address: 1, type: i16, base: 1, values: {quiet: 0, alarm: -3, open: 7}}\n"      \
	"      press: {table: discrete, address: 8, count: 3, latched: true, clear: {table: coil, address: 16}}\n"     \
	"      all: {table: discrete, address: 16, count: 2, latched: true,\n"                                         \
	"            clear: {table: holding, address: 41, base: 1, value: 65535, step: 0}}\n"                          \
	"      siren: {table: coil, address: 0, count: 2, write: true}\n"                                              \
	"      drive: {table: holding, address: 9, type: u16, write: true}\n"
#define LOOPS                                                                                                          \
	"loops:\n"                                                                                                     \
	"  dual: {short: [0, 85], alarm: [1310, 1456], normal: [1985, 2128], open: [3600, 4095]}\n"                    \
	"  single: {alarm: [12.5, 20], normal: [-1, 4], unit: mA}\n"
#define SITE(sensors) HEAD LINKS NUMBERS LOOPS AREAS "sensors:\n" sensors

#define DOOR "  it: {kind: door, area: north, contact: io/di/0}\n"

static inline const struct site_point *point_named(const char *name)
{
	for (size_t i = 0; i < site->point_count; i++) {
		if (strcmp(site->points[i].name, name) == 0)
			return &site->points[i];
	}
	ck_abort_msg("no point %s", name);
	return NULL;
}

static inline uint32_t index_of(const char *name)
{
	return (uint32_t)(point_named(name) - site->points);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_tables - the tables of keys by section. Schema, manual and examples are held against them.
 */
#ifndef PICKET_SITE_TABLES_H
#define PICKET_SITE_TABLES_H

#include "config/bind.h"

extern const struct bind_table table_first, table_broker, table_journal, table_control, table_link, table_device,
        table_point, table_clear, table_identity, table_alive, table_loop, table_area, table_sensor, table_input,
        table_camera, table_condition, table_rule, table_output, table_profile;

/* Calls each for every key of every section, in the order of the manual. */
void site_keys(site_key_call each, void *context);

#endif

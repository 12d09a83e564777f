/* SPDX-License-Identifier: Apache-2.0 */
/* site_tables - see site_tables.h */
#include "config/site_tables.h"

void site_keys(site_key_call each, void *context)
{
	static const struct bind_table *const tables[] = {
	        &table_first,     &table_broker,   &table_journal, &table_control, &table_link,
	        &table_device,    &table_identity, &table_alive,   &table_point,   &table_clear,
	        &table_loop,      &table_area,     &table_sensor,  &table_input,   &table_camera,
	        &table_condition, &table_rule,     &table_output,  &table_profile,
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		bind_keys(tables[i], each, context);
}

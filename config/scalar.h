/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scalar - what a word of the site file means: numbers, truth, ids. Stricter than YAML 1.1 on purpose.
 *
 * Numbers are decimal and plain: 010 (octal in YAML 1.1), 0x10, +5, 1_000, 1e3 and "5" in quotes are no numbers.
 * Only true and false are truth: yes, no, on and off are words.
 * All return false, and leave their output alone, when the node is something else.
 */
#ifndef PICKET_SCALAR_H
#define PICKET_SCALAR_H

#include "config/yaml_tree.h"

#include <stdbool.h>
#include <stdint.h>

/* At most nine digits, so that every sum and product with it fits in 64 bits. */
bool scalar_uint(const struct tree_node *node, uint32_t *ret_value);

/* A number with up to three decimals, in thousandths: 0.5 is 500. Up to 999,999 whole ones. */
bool scalar_thousandths(const struct tree_node *node, uint32_t *ret_value);

/* [-]DIGITS[.DIGITS], at most nine digits on each side. */
bool scalar_real(const struct tree_node *node, double *ret_value);

/* [-]DIGITS, at most ten digits. */
bool scalar_int(const struct tree_node *node, int64_t *ret_value);

bool scalar_bool(const struct tree_node *node, bool *ret_value);

/* Nothing written, or ~ or null. */
bool scalar_is_empty(const struct tree_node *node);

/* yes, no, on, off and their kin: truth to YAML 1.1, words here. */
bool scalar_is_yes_or_no(const char *text);

/* [a-z0-9][a-z0-9-]{0,31} */
bool scalar_is_id(const char *text);

/* [a-z0-9][a-z0-9._-]{0,31}, for names of conditions. */
bool scalar_is_name(const char *text);

/* No control characters; lines: a line feed is welcome. */
bool scalar_is_printable(const char *text, bool lines);

#endif

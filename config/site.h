/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site - what a site is: the plain model that the loader makes from the site file and everybody else reads.
 *
 * Built once by site_load(), never changed afterwards, so every thread may read it without a lock.
 * References are indices into the arrays here; SITE_NONE is "none". Strings belong to the site.
 */
#ifndef PICKET_SITE_H
#define PICKET_SITE_H

#include "config/condition.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SITE_NONE UINT32_MAX

/* Where a thing stands in its file; file is an index into site.files. Lines and columns from 1. */
struct site_place {
	uint32_t file, line, column;
};

struct site_broker {
	size_t url_count;
	const char **urls;                          /* mqtt:// (loopback only) or mqtts://, host:port */
	const char *ca_file, *cert_file, *key_file; /* NULL: not given */
	uint32_t keepalive_s;
	uint32_t allow; /* commands taken from MQTT: bits 1u << enum command_verb */
};

/* The commands that the site file may allow from MQTT. */
enum command_verb {
	VERB_ACK,
	VERB_RESET,
	VERB_SET,
	VERB_UNSET,
	VERB_COUNT,
};
const char *command_verb_name(enum command_verb verb);
enum command_verb command_verb_by_name(const char *name); /* VERB_COUNT: no such verb */

enum site_transport { TRANSPORT_TCP, TRANSPORT_RTU };

struct site_link {
	const char *id;
	enum site_transport transport;
	const char *host; /* TCP: an IPv4 or IPv6 address, literal */
	uint16_t port;
	const char *path; /* RTU: the tty */
	uint32_t baud;
	char parity; /* 'N' 'E' 'O' */
	uint8_t stop_bits;
	uint32_t timeout_ms; /* for one whole exchange */
	struct site_place place;
};

enum site_table { TABLE_DISCRETE, TABLE_COIL, TABLE_INPUT, TABLE_HOLDING };

/* One bit on the wire. "di" with count 16 makes sixteen points, di/0 … di/15. */
struct site_point {
	const char *name; /* within the device: "di/3", or "lid" when the count is 1 and not given */
	uint32_t device;
	enum site_table table;
	uint16_t address; /* on the wire, from 0 */
	uint8_t bit;      /* of a register; 0 for discrete inputs and coils */
	bool used;        /* some sensor reads it */
};

struct site_device {
	const char *id;
	uint32_t link;
	uint8_t unit;
	uint32_t scan_ms;
	uint16_t max_bits, max_words; /* in one request */
	uint16_t max_gap;             /* unused addresses a merged read may run over; 0: none */
	const char *profile;          /* NULL: none */
	uint32_t point_first, point_count;
	struct site_place place;
};

struct site_area {
	const char *id, *title, *layer; /* layer may be NULL */
	bool start_unset;               /* first seen as unset */
	struct site_place place;
};

/* What a sensor's input is for. */
enum site_role {
	ROLE_CONTACT, /* door: true = open */
	ROLE_BOLT,    /* door: true = thrown */
	ROLE_RELEASE, /* door: true = opening is authorised */
	ROLE_HIT,     /* fence: each rise is a hit */
	ROLE_TRIGGER, /* camera */
	ROLE_INPUT,   /* duress, tamper, power (true = lost), input */
	ROLE_TAMPER,  /* any kind: true = tampered */
	ROLE_COUNT,
};

struct site_input {
	uint32_t point; /* SITE_NONE: not wired */
	bool invert;    /* "not …" */
};

/* Times of a sensor; what its kind does not use is 0. Defaults: alarm tables in the manual, picket-site(5). */
struct site_timing {
	uint32_t held_ms, pre_alarm_ms, bolt_ms, release_ms; /* door */
	uint32_t window_ms, dead_ms, hold_ms;                /* fence; hold also camera, duress, input */
	uint32_t count;                                      /* fence: hits that make an intrusion */
	uint32_t retrigger_ms, stuck_ms;                     /* camera */
	uint32_t on_delay_ms;                                /* power, input */
};

/* What differs from condition_info() for one sensor; indexed by slot. */
struct site_condition {
	uint8_t priority_set, priority_unset;
	bool latched;
};

struct site_sensor {
	const char *id, *title; /* the title is the id when none is given */
	enum sensor_kind kind;
	uint32_t area;
	struct site_input inputs[ROLE_COUNT];
	struct site_timing timing;
	struct site_condition conditions[CONDITION_SLOTS];
	const char *condition_name; /* kind input: its own name, else "input.active" */
	const char *guidance;       /* NULL: none */
	const char *camera;         /* id of a camera, NULL: none */
	uint32_t preset;            /* of that camera, 0: none */
	float at_x, at_y;           /* per cent of the site plan; negative: not placed */
	struct site_place place;
};

struct site {
	const char *site, *gateway, *title;
	struct site_broker broker;
	const char *journal_dir;
	uint32_t keep_days;
	const char *control_socket; /* NULL: the default place */
	size_t file_count, link_count, device_count, point_count, area_count, sensor_count;
	const char **files; /* files[0] is the site file itself */
	struct site_link *links;
	struct site_device *devices;
	struct site_point *points;
	struct site_area *areas;
	struct site_sensor *sensors;
	/* indices in the order of the ids, for the look-ups below; NULL: not sorted, look-ups are linear */
	const uint32_t *devices_by_id, *areas_by_id, *sensors_by_id;
	char hash[65]; /* SHA-256 in hex over all files in the order they were read */
	void *arena;   /* owns every string and array above */
};

/* SITE_NONE when there is none of this id. */
uint32_t site_sensor_by_id(const struct site *site, const char *id);
uint32_t site_device_by_id(const struct site *site, const char *id);
uint32_t site_area_by_id(const struct site *site, const char *id);

/* The name that a sensor's condition has outside, e.g. in topics. */
const char *site_condition_name(const struct site *site, uint32_t sensor, enum condition_id id);

#endif

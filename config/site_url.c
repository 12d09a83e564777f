/* SPDX-License-Identifier: Apache-2.0 */
/* site_url - the addresses of links and brokers, see loading.h */
#include "config/loading.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define PORT_MODBUS 502
#define PORT_MQTT   1883
#define PORT_MQTTS  8883
#define PORT_MAX    65535

static bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Decimal digits and nothing else, at most max. */
static bool read_number(const char *text, uint32_t max, uint32_t *ret_number)
{
	struct tree_node node = {.kind = TREE_SCALAR, .text = text};

	return scalar_uint(&node, ret_number) && *ret_number > 0 && *ret_number <= max;
}

/* --- host and port ------------------------------------------------------------------------------- */

struct authority {
	const char *host; /* without brackets */
	uint32_t port;
	bool bracketed;
};

/* HOST, HOST:PORT, [IPV6] or [IPV6]:PORT; port keeps its default when none is written. */
static bool split_authority(struct load *load, const struct tree_node *value, const char *text, struct authority *parts)
{
	parts->bracketed = text[0] == '[';
	const char *start = text + parts->bracketed;
	size_t length = strcspn(start, parts->bracketed ? "]" : ":/");
	const char *rest = start + length + (parts->bracketed && start[length]);

	if (length == 0 || (parts->bracketed && start[length] != ']')) {
		load_error(load, value, "'%.200s' has no host; write HOST:PORT, or [IPV6]:PORT", value->text);
		return false;
	}
	if (rest[0] && (rest[0] != ':' || !read_number(rest + 1, PORT_MAX, &parts->port))) {
		load_error(load, value, "'%.64s' after the host is no port; allowed: ':' and 1 to %d", rest, PORT_MAX);
		return false;
	}
	parts->host = arena_copy(load->arena, start, length);
	load->no_memory |= parts->host == NULL;
	return parts->host != NULL;
}

static bool is_address(const struct authority *parts)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(parts->bracketed ? AF_INET6 : AF_INET, parts->host, address) == 1;
}

static bool is_host_name(const struct authority *parts)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	return !parts->bracketed && strlen(parts->host) <= LIMIT_HOST &&
	       strspn(parts->host, letters) == strlen(parts->host) && parts->host[0] != '-' && parts->host[0] != '.';
}

/* The host and port of a link; a name is looked up at run time. */
static bool take_authority(struct load *load, const struct tree_node *value, const struct authority *parts,
                           struct site_endpoint *end)
{
	bool number = parts->bracketed || strspn(parts->host, "0123456789.") == strlen(parts->host);

	end->is_name = !is_address(parts);
	if (end->is_name && number) {
		load_error(load, value, "'%.64s' is no IP address", parts->host);
		return false;
	}
	if (end->is_name && !is_host_name(parts)) {
		load_error(load, value, "'%.64s' is neither a host name nor an IP address", parts->host);
		return false;
	}
	end->host = parts->host;
	end->port = (uint16_t)parts->port;
	return true;
}

static bool load_tcp(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	struct authority parts = {.port = PORT_MODBUS};

	*end = (struct site_endpoint){.transport = TRANSPORT_TCP};
	return split_authority(load, value, value->text + strlen("tcp://"), &parts) &&
	       take_authority(load, value, &parts, end);
}

/* --- serial lines -------------------------------------------------------------------------------- */

static const uint32_t bauds[] = {1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400};

static bool take_baud(const char *text, struct site_endpoint *end)
{
	uint32_t baud;

	if (!read_number(text, bauds[sizeof(bauds) / sizeof(bauds[0]) - 1], &baud))
		return false;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		if (bauds[i] == baud)
			end->baud = baud;
	}
	return end->baud == baud;
}

static bool take_parity(const char *text, struct site_endpoint *end)
{
	static const char *const names[] = {"none", "even", "odd"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], text) == 0) {
			end->parity = "NEO"[i];
			return true;
		}
	}
	return false;
}

static bool take_stop(const char *text, struct site_endpoint *end)
{
	uint32_t bits;

	if (!read_number(text, 2, &bits))
		return false;
	end->stop_bits = (uint8_t)bits;
	return true;
}

static bool take_rs485(const char *text, struct site_endpoint *end)
{
	end->rs485.on = strcmp(text, "on") == 0;
	return end->rs485.on || strcmp(text, "off") == 0;
}

static bool take_rts(const char *text, struct site_endpoint *end)
{
	end->rs485.rts_low = strcmp(text, "low") == 0;
	return end->rs485.rts_low || strcmp(text, "high") == 0;
}

static bool take_delay(const char *text, uint8_t *ret_ms)
{
	uint32_t ms = 0;

	if (strcmp(text, "0") != 0 && !read_number(text, LIMIT_RS485_MS_MAX, &ms))
		return false;
	*ret_ms = (uint8_t)ms;
	return true;
}

static bool take_before(const char *text, struct site_endpoint *end)
{
	return take_delay(text, &end->rs485.before_ms);
}

static bool take_after(const char *text, struct site_endpoint *end)
{
	return take_delay(text, &end->rs485.after_ms);
}

struct line_option {
	const char *name, *allowed;
	bool (*take)(const char *text, struct site_endpoint *end);
	bool rs485; /* of a tty alone, and only with rs485=on */
};

static const struct line_option line_options[] = {
        {"baud=", "1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400", take_baud, false},
        {"parity=", "none, even, odd", take_parity, false},
        {"stop=", "1, 2", take_stop, false},
        {"rs485=", "on, off", take_rs485, true},
        {"rts=", "high, low", take_rts, true},
        {"delay_before_ms=", "0 to 100", take_before, true},
        {"delay_after_ms=", "0 to 100", take_after, true},
};

#define LINE_OPTIONS (sizeof(line_options) / sizeof(line_options[0]))

static bool take_line_option(struct load *load, const struct tree_node *value, const char *text,
                             struct site_endpoint *end)
{
	bool tty = end->transport == TRANSPORT_RTU;

	for (size_t i = 0; i < LINE_OPTIONS; i++) {
		const struct line_option *option = &line_options[i];

		if (!starts_with(text, option->name) || (option->rs485 && !tty))
			continue;
		if (option->take(text + strlen(option->name), end))
			return true;
		load_error(load, value, "'%.64s' is not possible; allowed: %s", text, option->allowed);
		return false;
	}
	load_error(load, value, "'%.64s' is no setting of %s; allowed: baud=, parity=, stop=%s", text,
	           tty ? "a serial line" : "a bus behind a converter",
	           tty ? ", rs485=, rts=, delay_before_ms=, delay_after_ms=" : "");
	return false;
}

static bool check_rs485(struct load *load, const struct tree_node *value, const struct site_endpoint *end)
{
	const struct site_rs485 *rs485 = &end->rs485;

	if (rs485->on || (!rs485->rts_low && !rs485->before_ms && !rs485->after_ms))
		return true;
	load_error(load, value, "rts and its delays have no effect without rs485=on");
	return false;
}

/* baud=19200&parity=even&stop=1; text is taken apart in place. */
static bool take_line_options(struct load *load, const struct tree_node *value, char *text, struct site_endpoint *end)
{
	for (char *option = strsep(&text, "&"); option; option = strsep(&text, "&")) {
		if (!take_line_option(load, value, option, end))
			return false;
	}
	return true;
}

/*
 * Splits "WHERE?OPTIONS" after the scheme and takes the options; NULL after saying what is wrong. SL 2.5.1: 19200 baud
 * and even parity are the default; without parity the place of its bit is a second stop bit.
 */
static char *take_line(struct load *load, const struct tree_node *value, const char *scheme, struct site_endpoint *end)
{
	char *options = arena_copy(load->arena, value->text + strlen(scheme), strlen(value->text) - strlen(scheme));

	load->no_memory |= options == NULL;
	char *where = options ? strsep(&options, "?") : NULL;

	end->baud = 19200;
	end->parity = 'E';
	if (where == NULL || (options && !take_line_options(load, value, options, end)) ||
	    !check_rs485(load, value, end))
		return NULL;
	if (end->stop_bits == 0)
		end->stop_bits = end->parity == 'N' ? 2 : 1;
	return where;
}

static bool load_rtu(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	*end = (struct site_endpoint){.transport = TRANSPORT_RTU};
	const char *text = value->text + strlen("rtu:"), *path = NULL;
	size_t length = strcspn(text, "?");

	if (text[0] != '/' || length > LIMIT_PATH)
		load_error(load, value, "'%.*s' is no serial line; allowed: a path, such as /dev/ttyUSB0",
		           (int)(length < 64 ? length : 64), text);
	else
		path = take_line(load, value, "rtu:", end);
	end->path = path;
	return path != NULL;
}

/* Converters listen wherever their maker liked, so the port is always written. */
static bool load_rtu_tcp(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	struct authority parts = {.port = 0};

	*end = (struct site_endpoint){.transport = TRANSPORT_RTU_TCP};
	const char *where = take_line(load, value, "rtu+tcp://", end);

	if (where == NULL || !split_authority(load, value, where, &parts))
		return false;
	if (parts.port == 0) {
		load_error(load, value, "the port of the converter is missing; write rtu+tcp://HOST:PORT");
		return false;
	}
	return take_authority(load, value, &parts, end);
}

bool load_link_url(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	const char *text = value->kind == TREE_SCALAR ? value->text : "";

	if (starts_with(text, "tcp://"))
		return load_tcp(load, value, end);
	if (starts_with(text, "rtu:"))
		return load_rtu(load, value, end);
	if (starts_with(text, "rtu+tcp://"))
		return load_rtu_tcp(load, value, end);
	load_error(load, value,
	           "'%.64s' is no address; allowed: tcp://HOST:PORT, rtu:/dev/NAME?baud=19200&parity=even&stop=1, "
	           "rtu+tcp://HOST:PORT",
	           text);
	return false;
}

/* --- brokers ------------------------------------------------------------------------------------- */

static bool is_loopback(const struct authority *parts)
{
	struct in_addr address;

	if (parts->bracketed)
		return strcmp(parts->host, "::1") == 0;
	if (strcmp(parts->host, "localhost") == 0)
		return true;
	return inet_pton(AF_INET, parts->host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static const char *check_broker(struct load *load, const struct tree_node *value, const struct authority *parts,
                                bool tls)
{
	if (!is_address(parts) && !is_host_name(parts)) {
		load_error(load, value, "'%.64s' is neither a host name nor an IP address", parts->host);
		return NULL;
	}
	if (!tls && !is_loopback(parts)) {
		load_error(load, value, "mqtt:// is only for this machine; use mqtts:// to '%.64s'", parts->host);
		return NULL;
	}
	const char *url =
	        arena_print(load->arena, "%s://%s%s%s:%u", tls ? "mqtts" : "mqtt", parts->bracketed ? "[" : "",
	                    parts->host, parts->bracketed ? "]" : "", parts->port);

	load->no_memory |= url == NULL;
	return url;
}

const char *load_broker_url(struct load *load, const struct tree_node *value, bool *ret_tls)
{
	const char *text = value->kind == TREE_SCALAR ? value->text : "";
	bool tls = starts_with(text, "mqtts://");
	struct authority parts = {.port = tls ? PORT_MQTTS : PORT_MQTT};

	if (starts_with(text, "ws://") || starts_with(text, "wss://")) {
		load_error(load, value, "MQTT over WebSocket is not supported yet");
		return NULL;
	}
	if (!tls && !starts_with(text, "mqtt://")) {
		load_error(load, value,
		           "'%.64s' is no broker; allowed: mqtts://HOST:PORT, or mqtt://HOST:PORT on this machine",
		           text);
		return NULL;
	}
	if (!split_authority(load, value, strchr(text, ':') + strlen("://"), &parts))
		return NULL;
	*ret_tls |= tls;
	return check_broker(load, value, &parts, tls);
}

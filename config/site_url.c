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

static bool load_tcp(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	struct authority parts = {.port = PORT_MODBUS};

	if (!split_authority(load, value, value->text + strlen("tcp://"), &parts))
		return false;
	if (!is_address(&parts)) {
		bool number = parts.bracketed || strspn(parts.host, "0123456789.") == strlen(parts.host);

		if (number)
			load_error(load, value, "'%.64s' is no IP address", parts.host);
		else
			load_error(load, value, "host name '%.64s' is not supported yet; give the IP address",
			           parts.host);
		return false;
	}
	end->transport = TRANSPORT_TCP;
	end->host = parts.host;
	end->port = (uint16_t)parts.port;
	return true;
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

struct line_option {
	const char *name, *allowed;
	bool (*take)(const char *text, struct site_endpoint *end);
};

static const struct line_option line_options[] = {
        {"baud=", "1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400", take_baud},
        {"parity=", "none, even, odd", take_parity},
        {"stop=", "1, 2", take_stop},
};

#define LINE_OPTIONS (sizeof(line_options) / sizeof(line_options[0]))

static bool take_line_option(struct load *load, const struct tree_node *value, const char *text,
                             struct site_endpoint *end)
{
	for (size_t i = 0; i < LINE_OPTIONS; i++) {
		const struct line_option *option = &line_options[i];

		if (!starts_with(text, option->name))
			continue;
		if (option->take(text + strlen(option->name), end))
			return true;
		load_error(load, value, "'%.64s' is not possible; allowed: %s", text, option->allowed);
		return false;
	}
	load_error(load, value, "'%.64s' is no setting of a serial line; allowed: baud=, parity=, stop=", text);
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

/* SL 2.5.1: 19200 baud and even parity are the default; without parity the place of its bit is a second stop bit. */
static bool load_rtu(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	char *text = arena_copy(load->arena, value->text, strlen(value->text));

	if (text == NULL) {
		load->no_memory = true;
		return false;
	}
	char *options = text + strlen("rtu:");
	const char *path = strsep(&options, "?");

	if (path[0] != '/' || strlen(path) > LIMIT_PATH) {
		load_error(load, value, "'%.64s' is no serial line; allowed: a path, such as /dev/ttyUSB0", path);
		return false;
	}
	*end = (struct site_endpoint){.transport = TRANSPORT_RTU, .path = path, .baud = 19200, .parity = 'E'};
	if (options && !take_line_options(load, value, options, end))
		return false;
	if (end->stop_bits == 0)
		end->stop_bits = end->parity == 'N' ? 2 : 1;
	return true;
}

bool load_link_url(struct load *load, const struct tree_node *value, struct site_endpoint *end)
{
	const char *text = value->kind == TREE_SCALAR ? value->text : "";

	if (starts_with(text, "tcp://"))
		return load_tcp(load, value, end);
	if (starts_with(text, "rtu:"))
		return load_rtu(load, value, end);
	if (starts_with(text, "rtu+tcp://"))
		load_error(load, value, "rtu+tcp:// is not supported yet");
	else
		load_error(load, value,
		           "'%.64s' is no address; allowed: tcp://IP-ADDRESS:PORT, "
		           "rtu:/dev/NAME?baud=19200&parity=even&stop=1",
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

static bool is_host_name(const struct authority *parts)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	return !parts->bracketed && strspn(parts->host, letters) == strlen(parts->host);
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

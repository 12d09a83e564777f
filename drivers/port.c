/* SPDX-License-Identifier: Apache-2.0 */
/* port - see port.h */
#include "drivers/port.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#define PORT_DATA_BITS 8

struct port {
	int fd;
	const struct site_endpoint *end;
	modbus_t *serial; /* NULL: TCP */

	/* TCP */
	struct resolver *resolver; /* NULL: the host is an address */
	uint32_t name;
	uint32_t lookups; /* of the name, when it was last read */
	bool failing;     /* the name wants to be looked up again */
	bool connecting;
	size_t choice; /* the address to try, modulo their number */
	struct resolver_address address;

	char trouble[LIMIT_TROUBLE];
};

__attribute__((format(printf, 3, 4))) static int trouble(struct port *port, int error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(port->trouble, sizeof port->trouble, format, arguments);
	va_end(arguments);
	return error;
}

/* The same for an errno. */
static int failed(struct port *port, int error, const char *what)
{
	return trouble(port, error, "%s: %s", what, strerrordesc_np(-error));
}

/* --- making one ------------------------------------------------------------------------------------- */

/* The rates that libmodbus knows; for any other it would quietly take 9600. */
static bool is_baud(uint32_t baud)
{
	static const uint32_t known[] = {300,   600,   1200,   2400,   4800,   9600,   19200,
	                                 38400, 57600, 115200, 230400, 460800, 921600, 1000000};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i] == baud)
			return true;
	return false;
}

static int set_serial(struct port *port)
{
	const struct site_endpoint *end = port->end;
	bool parity = end->parity == 'N' || end->parity == 'E' || end->parity == 'O';

	if (!end->path || !parity || !is_baud(end->baud) || end->stop_bits < 1 || end->stop_bits > 2)
		return -EINVAL;
	port->serial = modbus_new_rtu(end->path, (int)end->baud, end->parity, PORT_DATA_BITS, end->stop_bits);
	return port->serial ? 0 : -ENOMEM;
}

static int set_address(struct port *port)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&port->address.any;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&port->address.any;

	if (inet_pton(AF_INET, port->end->host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port->end->port);
		port->address.length = sizeof *four;
		return 0;
	}
	if (inet_pton(AF_INET6, port->end->host, &six->sin6_addr) != 1)
		return -EINVAL;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(port->end->port);
	port->address.length = sizeof *six;
	return 0;
}

static int set_host(struct port *port, struct resolver *resolver)
{
	if (!port->end->host)
		return -EINVAL;
	if (!port->end->is_name)
		return set_address(port);
	assert(resolver);
	port->resolver = resolver;
	return resolver_add(resolver, port->end->host, port->end->port, &port->name);
}

int port_new(const struct site_endpoint *end, struct resolver *resolver, struct port **ret_port)
{
	struct port *port = calloc(1, sizeof *port);

	if (!port)
		return -ENOMEM;
	port->fd = -1;
	port->end = end;
	int error = end->transport == TRANSPORT_RTU ? set_serial(port) : set_host(port, resolver);
	if (error) {
		port_free(&port);
		return error;
	}
	*ret_port = port;
	return 0;
}

void port_free(struct port **port)
{
	if (!*port)
		return;
	port_close(*port);
	if ((*port)->serial)
		modbus_free((*port)->serial);
	free(*port);
	*port = NULL;
}

/* --- TCP -------------------------------------------------------------------------------------------- */

static bool is_same(const struct resolver_address *a, const struct resolver_address *b)
{
	return a->length == b->length && memcmp(&a->any, &b->any, a->length) == 0;
}

/* New addresses: stay with the one that served, when it is still among them and did not fail. */
static void take_answer(struct port *port, const struct resolver_answer *answer)
{
	port->lookups = answer->lookups;
	if (port->failing || answer->count == 0)
		return;
	port->choice = 0;
	for (size_t i = 0; i < answer->count; i++)
		if (is_same(&answer->addresses[i], &port->address))
			port->choice = i;
}

/* -EAGAIN: there is none yet. */
static int choose_address(struct port *port, struct mono now)
{
	struct resolver_answer answer;

	resolver_read(port->resolver, port->name, &answer);
	if (answer.lookups != port->lookups)
		take_answer(port, &answer);
	if (port->failing || answer.count == 0)
		resolver_ask(port->resolver, port->name, now);
	if (answer.count == 0)
		return trouble(port, -EAGAIN, "host name '%.64s': %s", port->end->host,
		               answer.error ? answer.error : "not found yet");
	port->address = answer.addresses[port->choice % answer.count];
	return 0;
}

static void blame(struct port *port)
{
	port->failing = true;
	port->choice++;
}

static int open_tcp(struct port *port, struct mono now)
{
	int on = 1, error = port->resolver ? choose_address(port, now) : 0;

	if (error)
		return error;
	port->fd = socket(port->address.any.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (port->fd < 0)
		return failed(port, -errno, "socket");
	if (setsockopt(port->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
		return failed(port, -errno, "TCP_NODELAY");
	if (connect(port->fd, (struct sockaddr *)&port->address.any, port->address.length) == 0)
		return 0;
	port->connecting = errno == EINPROGRESS;
	if (port->connecting) /* and when nothing more comes of it, that is why */
		return trouble(port, -EINPROGRESS, "connect: no answer");
	blame(port);
	return failed(port, -errno, "connect");
}

int port_finish(struct port *port)
{
	int error = 0;
	socklen_t length = sizeof error;

	port->connecting = false;
	if (getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		error = errno;
	if (error) {
		blame(port);
		return failed(port, -error, "connect");
	}
	port->failing = false;
	port->trouble[0] = '\0';
	return 0;
}

/* --- serial lines ----------------------------------------------------------------------------------- */

static int in_use(struct port *port)
{
	return trouble(port, -EBUSY, "%.64s is in use by another program", port->end->path);
}

/* Before libmodbus opens the line and so changes its settings under whoever else uses it: TIOCEXCL does not stop a
 * privileged process. The descriptor is to be closed only after the other is open: a last close drops DTR. */
static int lock_line(struct port *port, int *ret_fd)
{
	int fd = open(port->end->path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == EBUSY ? in_use(port) : failed(port, -errno, port->end->path);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		int error = errno == EWOULDBLOCK ? in_use(port) : failed(port, -errno, "lock");
		close(fd);
		return error;
	}
	*ret_fd = fd;
	return 0;
}

/* What the driver made of a wish is compared with it: the kernel drops what it cannot do without a word. */
static int set_rs485(struct port *port)
{
	const struct site_rs485 *want = &port->end->rs485;
	struct serial_rs485 mode = {.flags = SER_RS485_ENABLED, .delay_rts_before_send = want->before_ms};
	const uint32_t compared = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND | SER_RS485_RTS_AFTER_SEND;

	mode.delay_rts_after_send = want->after_ms;
	mode.flags |= want->rts_low ? SER_RS485_RTS_AFTER_SEND : SER_RS485_RTS_ON_SEND;
	struct serial_rs485 got = mode;
	if (ioctl(port->fd, TIOCSRS485, &got) < 0)
		return trouble(port, -errno, "%.64s cannot do RS-485 by itself (%s); leave rs485 out of its url",
		               port->end->path, strerrordesc_np(errno));
	if (ioctl(port->fd, TIOCGRS485, &got) < 0)
		return failed(port, -errno, "RS-485");
	if ((got.flags & compared) == (mode.flags & compared) &&
	    got.delay_rts_before_send == mode.delay_rts_before_send &&
	    got.delay_rts_after_send == mode.delay_rts_after_send)
		return 0;
	return trouble(port, -EOPNOTSUPP, "%.64s cannot do RS-485 with this RTS level or these delays",
	               port->end->path);
}

static int set_modes(struct port *port)
{
	int flags = fcntl(port->fd, F_GETFL);

	if (flags < 0 || fcntl(port->fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return failed(port, -errno, port->end->path);
	if (ioctl(port->fd, TIOCEXCL) < 0 || flock(port->fd, LOCK_EX | LOCK_NB) < 0)
		return failed(port, -errno, "lock");
	int error = port->end->rs485.on ? set_rs485(port) : 0;
	if (error)
		return error;
	return tcflush(port->fd, TCIOFLUSH) < 0 ? failed(port, -errno, port->end->path) : 0;
}

/* libmodbus opens with O_NDELAY and O_CLOEXEC; neither it nor the tty layer locks. */
static int open_serial(struct port *port)
{
	int lock = -1, error = lock_line(port, &lock);

	if (error)
		return error;
	errno = 0;
	if (modbus_connect(port->serial) < 0)
		error = failed(port, errno ? -errno : -EIO, port->end->path);
	else
		port->fd = modbus_get_socket(port->serial);
	close(lock); /* and with it the lock, for the one below */
	return error ? error : set_modes(port);
}

int port_look(struct port *port)
{
	assert(port->serial && port->fd < 0);
	if (access(port->end->path, R_OK | W_OK) < 0)
		return failed(port, -errno, port->end->path);
	return 0;
}

/* --- both ------------------------------------------------------------------------------------------- */

int port_open(struct port *port, struct mono now)
{
	assert(port->fd < 0);
	port->trouble[0] = '\0';
	int error = port->serial ? open_serial(port) : open_tcp(port, now);

	if (error && error != -EINPROGRESS)
		port_close(port);
	return error;
}

void port_close(struct port *port)
{
	if (port->fd < 0)
		return;
	if (port->connecting)
		blame(port);
	port->connecting = false;
	if (port->serial)
		modbus_close(port->serial);
	else
		close(port->fd);
	port->fd = -1;
}

int port_fd(const struct port *port)
{
	return port->fd;
}

int port_send(struct port *port, const uint8_t *bytes, size_t length)
{
	ssize_t sent = port->serial ? write(port->fd, bytes, length) : send(port->fd, bytes, length, MSG_NOSIGNAL);

	if (sent < 0)
		return failed(port, -errno, "send");
	return (size_t)sent == length ? 0 : trouble(port, -EIO, "send: only a part was taken");
}

ssize_t port_receive(struct port *port, uint8_t *bytes, size_t size)
{
	ssize_t count = port->serial ? read(port->fd, bytes, size) : recv(port->fd, bytes, size, 0);

	if (count > 0)
		return count;
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	port->failing = true; /* perhaps it has moved */
	if (count < 0)
		return trouble(port, -ECONNRESET, "%s", strerrordesc_np(errno));
	return trouble(port, -ECONNRESET, port->serial ? "the line hung up" : "closed by the other end");
}

const char *port_trouble(const struct port *port)
{
	return port->trouble;
}

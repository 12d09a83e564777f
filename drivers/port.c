/* SPDX-License-Identifier: Apache-2.0 */
/* port - see port.h */
#include "drivers/port.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <modbus.h>
#include <netinet/tcp.h>
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
	modbus_t *serial; /* NULL: TCP */
	struct sockaddr_storage address;
	socklen_t address_length;
};

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

static int set_serial(struct port *port, const struct site_link *link)
{
	bool parity = link->endpoints[0].parity == 'N' || link->endpoints[0].parity == 'E' ||
	              link->endpoints[0].parity == 'O';

	if (!link->endpoints[0].path || !parity || !is_baud(link->endpoints[0].baud) ||
	    link->endpoints[0].stop_bits < 1 || link->endpoints[0].stop_bits > 2)
		return -EINVAL;
	port->serial = modbus_new_rtu(link->endpoints[0].path, (int)link->endpoints[0].baud, link->endpoints[0].parity,
	                              PORT_DATA_BITS, link->endpoints[0].stop_bits);
	return port->serial ? 0 : -ENOMEM;
}

static int set_address(struct port *port, const struct site_link *link)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&port->address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)&port->address;

	if (inet_pton(AF_INET, link->endpoints[0].host, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(link->endpoints[0].port);
		port->address_length = sizeof *four;
		return 0;
	}
	if (inet_pton(AF_INET6, link->endpoints[0].host, &six->sin6_addr) != 1)
		return -EINVAL;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(link->endpoints[0].port);
	port->address_length = sizeof *six;
	return 0;
}

int port_new(const struct site_link *link, struct port **ret_port)
{
	struct port *port = calloc(1, sizeof *port);

	if (!port)
		return -ENOMEM;
	port->fd = -1;
	int error = link->endpoints[0].transport == TRANSPORT_RTU ? set_serial(port, link) : set_address(port, link);
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

static int open_tcp(struct port *port)
{
	int on = 1;

	port->fd = socket(port->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (port->fd < 0)
		return -errno;
	if (setsockopt(port->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) < 0)
		return -errno;
	if (connect(port->fd, (struct sockaddr *)&port->address, port->address_length) < 0)
		return -errno;
	return 0;
}

/* libmodbus opens with O_NDELAY and O_CLOEXEC; neither it nor the tty layer locks. */
static int open_serial(struct port *port)
{
	if (modbus_connect(port->serial) < 0)
		return errno ? -errno : -EIO;
	port->fd = modbus_get_socket(port->serial);
	int flags = fcntl(port->fd, F_GETFL);
	if (flags < 0 || fcntl(port->fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	if (ioctl(port->fd, TIOCEXCL) < 0 || flock(port->fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	if (tcflush(port->fd, TCIOFLUSH) < 0)
		return -errno;
	return 0;
}

int port_open(struct port *port)
{
	assert(port->fd < 0);
	int error = port->serial ? open_serial(port) : open_tcp(port);

	if (error && error != -EINPROGRESS)
		port_close(port);
	return error;
}

int port_finish(struct port *port)
{
	int error = 0;
	socklen_t length = sizeof error;

	if (getsockopt(port->fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		return -errno;
	return -error;
}

void port_close(struct port *port)
{
	if (port->fd < 0)
		return;
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
		return -errno;
	return (size_t)sent == length ? 0 : -EIO;
}

ssize_t port_receive(struct port *port, uint8_t *bytes, size_t size)
{
	ssize_t count = port->serial ? read(port->fd, bytes, size) : recv(port->fd, bytes, size, 0);

	if (count > 0)
		return count;
	if (count < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -ECONNRESET;
}

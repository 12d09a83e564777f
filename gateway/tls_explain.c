/* SPDX-License-Identifier: Apache-2.0 */
/* tls_explain - see tls_explain.h */
#include "gateway/tls_explain.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* With TLS 1.3 the broker judges our certificate after our side is done; so long we wait for its verdict. */
#define VERDICT_MS 500

struct target {
	const struct site_broker *broker;
	bool tls;
	char host[256], port[8];
	int64_t deadline_ms;
	char *text; /* the explanation */
	size_t size;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int say(const struct target *target, const char *what, const char *detail)
{
	snprintf(target->text, target->size, "%s%s%s", what, detail[0] ? ": " : "", detail);
	return 0;
}

/* "mqtts://host:8883", "mqtt://[::1]:1883" */
static bool split_url(struct target *target, const char *url)
{
	target->tls = strncmp(url, "mqtts://", 8) == 0;
	const char *host = url + (target->tls ? 8 : 7);
	const char *end = strrchr(host, ':');

	if ((!target->tls && strncmp(url, "mqtt://", 7) != 0) || !end || strlen(end + 1) >= sizeof target->port)
		return false;
	snprintf(target->port, sizeof target->port, "%s", end + 1);
	if (*host == '[' && end[-1] == ']') {
		host++;
		end--;
	}
	if (end <= host || (size_t)(end - host) >= sizeof target->host)
		return false;
	snprintf(target->host, sizeof target->host, "%.*s", (int)(end - host), host);
	return true;
}

static bool wait_for(const struct target *target, int fd, short events)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	int64_t left = target->deadline_ms - now_ms();

	return left > 0 && poll(&poll_fd, 1, (int)left) == 1;
}

/* A connected descriptor, or -errno. */
static int connect_one(const struct target *target, const struct addrinfo *address)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error = 0;
	socklen_t size = sizeof error;

	if (fd < 0)
		return -errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0 && errno != EINPROGRESS)
		error = errno;
	else if (!wait_for(target, fd, POLLOUT))
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error == 0)
		return fd;
	close(fd);
	return -error;
}

/* A connected descriptor; below 0: explained. */
static int connect_tcp(const struct target *target)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *addresses = NULL;
	int fd = -ENOENT;
	int failure = getaddrinfo(target->host, target->port, &hints, &addresses);

	if (failure) {
		say(target, "no address for the broker's name", gai_strerror(failure));
		return -1;
	}
	for (const struct addrinfo *one = addresses; one && fd < 0; one = one->ai_next)
		fd = connect_one(target, one);
	freeaddrinfo(addresses);
	if (fd < 0)
		say(target, "TCP", strerror(-fd));
	return fd;
}

/* OpenSSL's oldest error, its reason only. */
static const char *reason(void)
{
	unsigned long code = ERR_get_error();
	const char *text = code ? ERR_reason_error_string(code) : NULL;

	ERR_clear_error();
	return text ? text : "no reason given";
}

/* NULL: explained */
static SSL_CTX *make_context(const struct target *target)
{
	const struct site_broker *broker = target->broker;
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	const char *failed = NULL, *file = NULL;

	if (!context)
		failed = "TLS cannot start";
	else if (broker->ca_file && SSL_CTX_load_verify_locations(context, broker->ca_file, NULL) != 1)
		failed = "ca_file is of no use", file = broker->ca_file;
	else if (!broker->ca_file && SSL_CTX_set_default_verify_paths(context) != 1)
		failed = "the system's certificates cannot be read";
	else if (broker->cert_file && SSL_CTX_use_certificate_chain_file(context, broker->cert_file) != 1)
		failed = "cert_file is of no use", file = broker->cert_file;
	else if (broker->key_file && SSL_CTX_use_PrivateKey_file(context, broker->key_file, SSL_FILETYPE_PEM) != 1)
		failed = "key_file is of no use, or does not belong to cert_file", file = broker->key_file;
	if (!failed)
		return context;
	snprintf(target->text, target->size, "%s: %s%s%s", failed, file ? file : "", file ? ": " : "", reason());
	SSL_CTX_free(context);
	return NULL;
}

static void expect_name(const struct target *target, SSL *ssl)
{
	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), target->host) == 1)
		return; /* a literal address */
	ERR_clear_error();
	SSL_set1_host(ssl, target->host);
	SSL_set_tlsext_host_name(ssl, target->host);
}

static int explain_failure(const struct target *target, SSL *ssl, int error)
{
	char detail[200];
	long verify = SSL_get_verify_result(ssl);

	if (verify == X509_V_ERR_HOSTNAME_MISMATCH || verify == X509_V_ERR_IP_ADDRESS_MISMATCH) {
		snprintf(detail, sizeof detail, "%.150s is not in the broker's certificate", target->host);
		return say(target, "host name does not match", detail);
	}
	if (verify != X509_V_OK)
		return say(target, "certificate verify failed", X509_verify_cert_error_string(verify));
	if (error == SSL_ERROR_SYSCALL || error == SSL_ERROR_ZERO_RETURN)
		return say(target, "TLS", "the broker closed the connection during the handshake");
	snprintf(detail, sizeof detail, "%.190s", reason());
	bool wants = strstr(detail, "certificate required") || strstr(detail, "handshake failure");
	if (wants && !target->broker->cert_file)
		return say(target, "the broker wants a client certificate (cert_file, key_file)", detail);
	return say(target, "TLS", detail);
}

/* Until the step succeeds (1), fails or time is over (0: explained). */
static int handshake(const struct target *target, SSL *ssl, int fd)
{
	for (;;) {
		int result = SSL_connect(ssl);
		if (result == 1)
			return 1;
		int error = SSL_get_error(ssl, result);
		if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
			return explain_failure(target, ssl, error);
		if (!wait_for(target, fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT))
			return say(target, "TLS", "the handshake was not finished in time");
	}
}

static int await_verdict(struct target *target, SSL *ssl, int fd)
{
	char byte;

	target->deadline_ms = now_ms() + VERDICT_MS;
	while (wait_for(target, fd, POLLIN)) {
		int result = SSL_read(ssl, &byte, 1);
		int error = SSL_get_error(ssl, result);
		if (result <= 0 && error != SSL_ERROR_WANT_READ)
			return explain_failure(target, ssl, error);
	}
	return 1;
}

static int explain_tls(struct target *target, int fd)
{
	SSL_CTX *context = make_context(target);
	SSL *ssl = context ? SSL_new(context) : NULL;
	int clear = 0;

	if (ssl && SSL_set_fd(ssl, fd) == 1) {
		expect_name(target, ssl);
		clear = handshake(target, ssl, fd);
		if (clear)
			clear = await_verdict(target, ssl, fd);
	}
	SSL_free(ssl);
	SSL_CTX_free(context);
	return clear;
}

int tls_explain(const struct site_broker *broker, const char *url, int timeout_ms, char *ret_text, size_t size)
{
	struct target target = {.broker = broker, .text = ret_text, .size = size};

	if (!split_url(&target, url))
		return say(&target, "not a broker's address", url);
	target.deadline_ms = now_ms() + timeout_ms;
	ERR_clear_error();
	int fd = connect_tcp(&target);
	if (fd < 0)
		return 0;
	int clear = target.tls ? explain_tls(&target, fd) : 1;
	close(fd);
	if (clear)
		say(&target, target.tls ? "TLS works, but MQTT got no answer" : "TCP works, but MQTT got no answer",
		    "");
	return clear;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_explain - why a broker cannot be reached, in words: the MQTT library only says "connect failure".
 *
 * Goes the same way with OpenSSL, step by step, and says where it ends: name, TCP, handshake, certificate, name in
 * the certificate, client certificate. It sends no MQTT. It waits, so it belongs on a thread that may.
 */
#ifndef PICKET_TLS_EXPLAIN_H
#define PICKET_TLS_EXPLAIN_H

#include "config/site.h"

/*
 * url: mqtt://HOST:PORT or mqtts://HOST:PORT. ret_text, e.g. "certificate verify failed: unable to get local issuer
 * certificate". 1: the way is clear, so the trouble is MQTT's; 0: explained. timeout_ms: for everything but name resolution.
 */
int tls_explain(const struct site_broker *broker, const char *url, int timeout_ms, char *ret_text, size_t size);

#endif

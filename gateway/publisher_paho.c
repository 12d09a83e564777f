/* SPDX-License-Identifier: Apache-2.0 */
/* publisher_paho - see publisher_paho.h */
#include "gateway/publisher_paho.h"

#include <MQTTAsync.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAHO_CONNECT_S       3        /* Paho adds up to as much again; the publisher has a deadline of its own */
#define PAHO_RECEIVE_MAXIMUM 20       /* commands the broker may have in flight to us */
#define PAHO_ABSENT          -9999999 /* what MQTTProperties_getNumericValue says for "not there" */

struct paho_slot { /* context of a request: all that its callback needs */
	struct mailbox *mailbox;
	unsigned ticket;
};

struct paho {
	struct paho_setup setup;
	MQTTAsync anchor; /* never connected: keeps the library's threads when a connection is destroyed */
	MQTTAsync client; /* NULL: none */
	struct paho_slot slots[PAHO_TICKETS];
};

/* --- callbacks: on the library's threads, under its lock -------------------------------------------- */

static int property_number(MQTTProperties *properties, enum MQTTPropertyCodes code)
{
	int64_t value = MQTTProperties_getNumericValue(properties, code);

	return value == PAHO_ABSENT || value < 0 || value > INT32_MAX ? 0 : (int)value;
}

static void on_connected(void *context, MQTTAsync_successData5 *data)
{
	struct paho *paho = context;
	struct report report = {.kind = REPORT_CONNECTED, .code = (int)data->reasonCode};
	int receive_max = property_number(&data->properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM);
	int packet_max = property_number(&data->properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE);

	report.receive_max = (unsigned)receive_max;
	report.packet_max = (unsigned)packet_max;
	mailbox_report(paho->setup.mailbox, &report);
}

static void on_not_connected(void *context, MQTTAsync_failureData5 *data)
{
	struct paho *paho = context;
	struct report report = {.kind = REPORT_NOT_CONNECTED, .code = -1};

	if (data && data->reasonCode >= MQTTREASONCODE_UNSPECIFIED_ERROR)
		report.code = (int)data->reasonCode;
	else if (data)
		report.code = data->code;
	if (data && data->message)
		snprintf(report.text, sizeof report.text, "%s", data->message);
	mailbox_report(paho->setup.mailbox, &report);
}

static void on_lost(void *context, char *cause)
{
	struct paho *paho = context;
	struct report report = {.kind = REPORT_LOST};

	(void)cause; /* the library never gives one */
	mailbox_report(paho->setup.mailbox, &report);
}

static void on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
	struct paho *paho = context;
	struct report report = {.kind = REPORT_LOST, .code = (int)reason};

	(void)properties;
	mailbox_report(paho->setup.mailbox, &report);
}

static void report_slot(const struct paho_slot *slot, int code)
{
	struct report report = {.ticket = slot->ticket, .code = code};

	report.kind = slot->ticket < PAHO_SUBSCRIBE_FIRST ? REPORT_PUBLISHED : REPORT_SUBSCRIBED;
	mailbox_report(slot->mailbox, &report);
}

static void on_done(void *context, MQTTAsync_successData5 *data)
{
	/* codes below 128 are successes, such as "no matching subscribers" */
	int code = data && data->reasonCode >= MQTTREASONCODE_UNSPECIFIED_ERROR ? (int)data->reasonCode : 0;

	report_slot(context, code);
}

static void on_failed(void *context, MQTTAsync_failureData5 *data)
{
	int code = -1;

	if (data && data->reasonCode >= MQTTREASONCODE_UNSPECIFIED_ERROR)
		code = (int)data->reasonCode;
	else if (data && data->code < 0)
		code = data->code;
	report_slot(context, code);
}

static void copy_property(MQTTProperties *properties, enum MQTTPropertyCodes code, struct publisher_command *command)
{
	MQTTProperty *property = MQTTProperties_getProperty(properties, code);

	if (!property)
		return;
	const MQTTLenString *value = &property->value.data;
	bool topic = code == MQTTPROPERTY_CODE_RESPONSE_TOPIC;
	size_t length = value->len > 0 ? (size_t)value->len : 0;
	size_t room = topic ? sizeof command->response_topic - 1 : sizeof command->correlation;
	if (length == 0 || length > room || (topic && memchr(value->data, 0, length)))
		return; /* what does not fit cannot be answered to: the answer goes to the reply topic */
	memcpy(topic ? (unsigned char *)command->response_topic : command->correlation, value->data, length);
	if (!topic)
		command->correlation_length = length;
}

static void take_command(struct paho *paho, MQTTAsync_message *message)
{
	struct publisher_command command = {.retained = message->retained};
	size_t length = message->payloadlen > 0 ? (size_t)message->payloadlen : 0;

	command.length = length;
	memcpy(command.payload, message->payload, length < LIMIT_COMMAND_BYTES ? length : LIMIT_COMMAND_BYTES);
	copy_property(&message->properties, MQTTPROPERTY_CODE_RESPONSE_TOPIC, &command);
	copy_property(&message->properties, MQTTPROPERTY_CODE_CORRELATION_DATA, &command);
	mailbox_command(paho->setup.mailbox, &command);
}

static int on_message(void *context, char *topic, int length, MQTTAsync_message *message)
{
	struct paho *paho = context;
	size_t prefix = strlen(paho->setup.prefix);

	/* a topic with a NUL in it is longer than it looks, and none of ours */
	bool whole = length == 0 || strlen(topic) == (size_t)length;
	if (whole && strncmp(topic, paho->setup.prefix, prefix) == 0) {
		const char *own = topic + prefix;
		if (strcmp(own, "command") == 0)
			take_command(paho, message);
		else if (message->retained && message->payloadlen > 0 && strlen(own) < LIMIT_TOPIC)
			mailbox_topic(paho->setup.mailbox, own);
	}
	MQTTAsync_freeMessage(&message);
	MQTTAsync_free(topic);
	return 1;
}

/* --- calls: on the publisher's thread ----------------------------------------------------------------- */

static int from_paho(int code)
{
	return code == MQTTASYNC_SUCCESS ? 0 : code == MQTTASYNC_DISCONNECTED ? -ENOTCONN : -EIO;
}

static int create(const char *url, const char *client_id, MQTTAsync *ret_client)
{
	MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;

	options.sendWhileDisconnected = 0;
	options.maxBufferedMessages = LIMIT_WINDOW;
	return from_paho(
	        MQTTAsync_createWithOptions(ret_client, url, client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL, &options));
}

int paho_new(const struct paho_setup *setup, struct paho **ret_paho)
{
	MQTTAsync_init_options init = MQTTAsync_init_options_initializer;
	struct paho *paho = calloc(1, sizeof *paho);

	if (!paho)
		return -ENOMEM;
	init.do_openssl_init = 1;
	MQTTAsync_global_init(&init);
	paho->setup = *setup;
	for (unsigned i = 0; i < PAHO_TICKETS; i++)
		paho->slots[i] = (struct paho_slot){.mailbox = setup->mailbox, .ticket = i};
	int error = create("mqtt://127.0.0.1:1", "picket-anchor", &paho->anchor);
	if (error < 0) {
		paho_free(&paho);
		return error;
	}
	*ret_paho = paho;
	return 0;
}

void paho_free(struct paho **paho)
{
	if (!*paho)
		return;
	paho_close(*paho);
	if ((*paho)->anchor)
		MQTTAsync_destroy(&(*paho)->anchor);
	free(*paho);
	*paho = NULL;
}

void paho_close(struct paho *paho)
{
	if (paho->client)
		MQTTAsync_destroy(&paho->client);
	paho->client = NULL;
	mailbox_flush(paho->setup.mailbox);
}

static void add_number(MQTTProperties *properties, enum MQTTPropertyCodes code, unsigned value)
{
	MQTTProperty property = {.identifier = code};

	if (code == MQTTPROPERTY_CODE_RECEIVE_MAXIMUM)
		property.value.integer2 = (unsigned short)value;
	else
		property.value.integer4 = value;
	MQTTProperties_add(properties, &property);
}

static int start_connect(struct paho *paho, bool tls)
{
	const struct site_broker *broker = paho->setup.broker;
	MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer5;
	MQTTAsync_willOptions will = MQTTAsync_willOptions_initializer;
	MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;
	MQTTProperties properties = MQTTProperties_initializer;

	will.topicName = paho->setup.will_topic;
	will.message = paho->setup.will_payload;
	will.retained = 1;
	will.qos = 1;
	ssl.trustStore = broker->ca_file;
	ssl.keyStore = broker->cert_file;
	ssl.privateKey = broker->key_file;
	ssl.verify = 1; /* the name in the certificate too */
	add_number(&properties, MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL, 0);
	add_number(&properties, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, PAHO_RECEIVE_MAXIMUM);
	add_number(&properties, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE, LIMIT_MQTT_PACKET);
	options.keepAliveInterval = (int)broker->keepalive_s;
	options.cleanstart = 1;
	options.maxInflight = LIMIT_WINDOW;
	options.connectTimeout = PAHO_CONNECT_S;
	options.automaticReconnect = 0;
	options.will = &will;
	options.ssl = tls ? &ssl : NULL;
	options.connectProperties = &properties;
	options.context = paho;
	options.onSuccess5 = on_connected;
	options.onFailure5 = on_not_connected;
	int error = from_paho(MQTTAsync_connect(paho->client, &options));
	MQTTProperties_free(&properties);
	return error;
}

int paho_connect(struct paho *paho, const char *url)
{
	assert(!paho->client);
	int error = create(url, paho->setup.client_id, &paho->client);
	if (error < 0)
		return error;
	error = from_paho(MQTTAsync_setCallbacks(paho->client, paho, on_lost, on_message, NULL));
	if (!error)
		error = from_paho(MQTTAsync_setDisconnected(paho->client, paho, on_disconnected));
	if (!error)
		error = start_connect(paho, strncmp(url, "mqtts:", 6) == 0);
	if (error < 0)
		paho_close(paho);
	return error;
}

static MQTTAsync_responseOptions response_of(struct paho *paho, unsigned ticket)
{
	MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;

	assert(ticket < PAHO_TICKETS);
	response.onSuccess5 = on_done;
	response.onFailure5 = on_failed;
	response.context = &paho->slots[ticket];
	return response;
}

int paho_publish(struct paho *paho, const struct paho_message *message, unsigned ticket)
{
	MQTTAsync_message out = MQTTAsync_message_initializer;
	MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;

	assert(ticket < LIMIT_WINDOW && message->length <= INT32_MAX);
	if (!paho->client)
		return -ENOTCONN;
	out.payload = (void *)message->payload;
	out.payloadlen = (int)message->length;
	out.qos = message->unacknowledged ? 0 : 1;
	out.retained = message->retained;
	if (!message->unacknowledged)
		response = response_of(paho, ticket);
	if (message->correlation_length > 0) {
		MQTTProperty property = {.identifier = MQTTPROPERTY_CODE_CORRELATION_DATA};
		property.value.data.data = (char *)message->correlation;
		property.value.data.len = (int)message->correlation_length;
		MQTTProperties_add(&out.properties, &property);
	}
	int error = from_paho(MQTTAsync_sendMessage(paho->client, message->topic, &out, &response));
	MQTTProperties_free(&out.properties);
	return error;
}

int paho_subscribe(struct paho *paho, const char *topic, unsigned ticket)
{
	MQTTAsync_responseOptions response = response_of(paho, ticket);

	assert(ticket >= PAHO_SUBSCRIBE_FIRST);
	if (!paho->client)
		return -ENOTCONN;
	response.subscribeOptions.noLocal = 1;
	return from_paho(MQTTAsync_subscribe(paho->client, topic, 1, &response));
}

void paho_unsubscribe(struct paho *paho, const char *topic)
{
	MQTTAsync_responseOptions response = MQTTAsync_responseOptions_initializer;

	if (paho->client)
		(void)MQTTAsync_unsubscribe(paho->client, topic, &response); /* lost: only some topics more arrive */
}

void paho_reason(int code, char *ret_text, size_t size)
{
	const char *name = code >= 128 ? MQTTReasonCode_toString((enum MQTTReasonCodes)code) : MQTTAsync_strerror(code);

	snprintf(ret_text, size, "%s (%d)", name ? name : "unknown reason", code);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bare_threads - what a gateway costs that is only libmodbus and Paho: a thread a device, a blocking read each
 * period, a publish for each changed bit. No alarm logic, no journal, no retained state. The yardstick for
 * tests/bench/latency.py.
 *
 *   bench-threads BASE_PORT DEVICES INPUTS PERIOD_MS BROKER_PORT
 *
 * Device i listens on 127.0.0.1:BASE_PORT+i. Publishes bare/DEVICE/INPUT "0" or "1" at QoS 1. Ends on SIGTERM and
 * prints its transactions.
 */
#include <MQTTAsync.h>
#include <errno.h>
#include <limits.h>
#include <modbus.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define INPUTS_MAX  256
#define DEVICES_MAX 1000 /* libmodbus waits with select(): descriptors below 1,024 */
#define TIMEOUT_US  200000
#define NS_PER_MS   1000000
#define STACK_BYTES (128 * 1024)

struct device {
	struct bare *bare;
	int index;
	pthread_t thread;
	bool known;
	uint8_t last[INPUTS_MAX];
};

struct bare {
	int base_port, devices, inputs, period_ms;
	MQTTAsync client;
	atomic_bool connected, stop;
	atomic_ulong transactions;
};

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void sleep_until(int64_t at_ns)
{
	struct timespec at = {.tv_sec = at_ns / 1000000000, .tv_nsec = at_ns % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

static void publish(struct device *device, int input, uint8_t value)
{
	char topic[64];
	MQTTAsync_message message = MQTTAsync_message_initializer;

	snprintf(topic, sizeof topic, "bare/%d/%d", device->index, input);
	message.payload = value ? "1" : "0";
	message.payloadlen = 1;
	message.qos = 1;
	(void)MQTTAsync_sendMessage(device->bare->client, topic, &message, NULL);
}

static bool read_once(struct device *device, modbus_t *modbus)
{
	struct bare *bare = device->bare;
	uint8_t bits[INPUTS_MAX];

	if (modbus_read_input_bits(modbus, 0, bare->inputs, bits) != bare->inputs)
		return false;
	atomic_fetch_add(&bare->transactions, 1);
	for (int i = 0; i < bare->inputs; i++)
		if (device->known && bits[i] != device->last[i])
			publish(device, i, bits[i]);
	memcpy(device->last, bits, (size_t)bare->inputs);
	device->known = true;
	return true;
}

static void *poll_device(void *argument)
{
	struct device *device = argument;
	struct bare *bare = device->bare;
	int64_t period_ns = (int64_t)bare->period_ms * NS_PER_MS;
	int64_t next = now_ns() + period_ns * device->index / bare->devices;
	modbus_t *modbus = modbus_new_tcp("127.0.0.1", bare->base_port + device->index);
	bool up = false;

	if (!modbus)
		return NULL;
	modbus_set_slave(modbus, 1);
	modbus_set_response_timeout(modbus, 0, TIMEOUT_US);
	while (!atomic_load(&bare->stop)) {
		sleep_until(next);
		next += period_ns;
		if (!up)
			up = modbus_connect(modbus) == 0;
		if (up && !read_once(device, modbus)) {
			modbus_close(modbus);
			up = false;
		}
	}
	modbus_close(modbus);
	modbus_free(modbus);
	return NULL;
}

static void on_connect(void *context, MQTTAsync_successData *data)
{
	(void)data;
	atomic_store(&((struct bare *)context)->connected, true);
}

static bool connect_broker(struct bare *bare, const char *port)
{
	char url[64];
	MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;

	snprintf(url, sizeof url, "tcp://127.0.0.1:%s", port);
	if (MQTTAsync_create(&bare->client, url, "bare-threads", MQTTCLIENT_PERSISTENCE_NONE, NULL) !=
	    MQTTASYNC_SUCCESS)
		return false;
	options.cleansession = 1;
	options.maxInflight = 1000;
	options.onSuccess = on_connect;
	options.context = bare;
	if (MQTTAsync_connect(bare->client, &options) != MQTTASYNC_SUCCESS)
		return false;
	for (int waited_ms = 0; waited_ms < 5000 && !atomic_load(&bare->connected); waited_ms++)
		sleep_until(now_ns() + NS_PER_MS);
	return atomic_load(&bare->connected);
}

static bool number(const char *text, long max, int *ret_value)
{
	char *end;

	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno || *end || end == text || value < 1 || value > max)
		return false;
	*ret_value = (int)value;
	return true;
}

static void poll_until_told(struct bare *bare, const sigset_t *signals)
{
	struct device *devices = calloc((size_t)bare->devices, sizeof *devices);
	pthread_attr_t small;
	int received, started = 0;

	if (!devices)
		return;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK_BYTES);
	while (started < bare->devices) {
		devices[started].bare = bare;
		devices[started].index = started;
		if (pthread_create(&devices[started].thread, &small, poll_device, &devices[started]) != 0)
			break;
		started++;
	}
	sigwait(signals, &received);
	atomic_store(&bare->stop, true);
	for (int i = 0; i < started; i++)
		pthread_join(devices[i].thread, NULL);
	pthread_attr_destroy(&small);
	free(devices);
}

int main(int argc, char **argv)
{
	struct bare bare = {0};
	sigset_t signals;

	if (argc != 6 || !number(argv[1], 65535, &bare.base_port) || !number(argv[2], DEVICES_MAX, &bare.devices) ||
	    !number(argv[3], INPUTS_MAX, &bare.inputs) || !number(argv[4], 60000, &bare.period_ms)) {
		fputs("bench-threads BASE_PORT DEVICES INPUTS PERIOD_MS BROKER_PORT\n", stderr);
		return 2;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	if (!connect_broker(&bare, argv[5])) {
		fputs("bench-threads: no broker\n", stderr);
		return 3;
	}
	poll_until_told(&bare, &signals);
	MQTTAsync_destroy(&bare.client);
	printf("transactions %lu\n", atomic_load(&bare.transactions));
	return 0;
}

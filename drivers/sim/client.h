/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim/client - the other terminal: one command to a running simulator, its answer to stdout or stderr.
 */
#ifndef PICKET_SIM_CLIENT_H
#define PICKET_SIM_CLIENT_H

struct sim_client_options {
	const char *socket;  /* NULL: the default place */
	const char *gateway; /* NULL: the only one that runs */
};

/* The exit code of the contract. */
int sim_client_run(const struct sim_client_options *options, const char *line);

#endif

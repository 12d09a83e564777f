/* SPDX-License-Identifier: Apache-2.0 */
/* reach - see reach.h */
#include "gateway/ctl/reach.h"

#include "config/limits.h"
#include "gateway/ctl/say.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDERS 2

/* The daemons that were found; names for the message when there are several. */
struct found {
	unsigned count;
	char path[LIMIT_PATH];
	char names[512];
};

static size_t folders(const char *ret_folders[FOLDERS], char *session, size_t size)
{
	const char *home = getenv("XDG_RUNTIME_DIR");

	ret_folders[0] = "/run/picket";
	if (!home || !home[0])
		return 1;
	snprintf(session, size, "%s/picket", home);
	ret_folders[1] = session;
	return 2;
}

static bool alive(const char *path)
{
	int error = client_probe(path);

	return error == 0 || error == -EACCES || error == -EPERM || error == -ETIMEDOUT;
}

static void look_at(struct found *found, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t used = strlen(found->names);

	if (!alive(path))
		return;
	found->count++;
	snprintf(found->path, sizeof found->path, "%s", path);
	snprintf(found->names + used, sizeof found->names - used, "%s%.*s", used ? ", " : "",
	         (int)strcspn(slash + 1, "."), slash + 1);
}

static void look_in(struct found *found, const char *folder)
{
	char pattern[LIMIT_PATH];
	glob_t paths;

	snprintf(pattern, sizeof pattern, "%s/*.sock", folder);
	if (glob(pattern, 0, NULL, &paths) == 0)
		for (size_t i = 0; i < paths.gl_pathc; i++)
			look_at(found, paths.gl_pathv[i]);
	globfree(&paths);
}

static enum ctl_exit only_one(char *ret_path, size_t size)
{
	const char *places[FOLDERS];
	char session[LIMIT_PATH];
	struct found found = {0};
	size_t count = folders(places, session, sizeof session);

	for (size_t i = 0; i < count; i++)
		look_in(&found, places[i]);
	if (found.count == 0) {
		say_error("no picketd runs here (looked in %s%s%s); start it, or give --socket", places[0],
		          count > 1 ? " and " : "", count > 1 ? places[1] : "");
		return CTL_UNREACHABLE;
	}
	if (found.count > 1) {
		say_error("several gateways run here: %s; say which with --gateway", found.names);
		return CTL_USAGE;
	}
	snprintf(ret_path, size, "%s", found.path);
	return CTL_DONE;
}

static enum ctl_exit of_gateway(const char *gateway, char *ret_path, size_t size)
{
	const char *places[FOLDERS];
	char session[LIMIT_PATH];
	size_t count = folders(places, session, sizeof session);

	for (size_t i = 0; i < count; i++) {
		snprintf(ret_path, size, "%s/%s.sock", places[i], gateway);
		if (access(ret_path, F_OK) == 0)
			return CTL_DONE;
	}
	say_error("no socket of a gateway \"%s\" in %s%s%s", gateway, places[0], count > 1 ? " or " : "",
	          count > 1 ? places[1] : "");
	return CTL_UNREACHABLE;
}

enum ctl_exit reach_socket(const struct options *options, char *ret_path, size_t size)
{
	const char *given = options->values[OPTION_SOCKET], *environment = getenv("PICKET_SOCKET");

	if (!given && options->values[OPTION_GATEWAY])
		return of_gateway(options->values[OPTION_GATEWAY], ret_path, size);
	if (!given && environment && environment[0])
		given = environment;
	if (!given)
		return only_one(ret_path, size);
	snprintf(ret_path, size, "%s", given);
	return CTL_DONE;
}

static enum ctl_exit explain(const char *socket, int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
		say_error("%s: no permission; the socket's group may talk to the daemon (ls -l shows it)", socket);
		return CTL_REFUSED;
	case -ENOENT:
	case -ECONNREFUSED:
		say_error("%s: no picketd answers there; is it running?", socket);
		break;
	case -ETIMEDOUT:
		say_error("%s: no answer within %d s; is the daemon stopped or overloaded?", socket,
		          CLIENT_TIMEOUT_MS / 1000);
		break;
	case -EPROTO:
		say_error("%s: what answers there is no picketd of this version", socket);
		break;
	case -EPIPE:
	case -ECONNRESET:
		say_error("%s: the daemon closed the connection; it may serve too many at once", socket);
		break;
	default:
		say_error("%s: %s", socket, strerror(-error));
		break;
	}
	return CTL_UNREACHABLE;
}

static enum ctl_exit exchange(const struct options *options, const char *path, const char *body,
                              struct client_answer *ret_answer)
{
	char socket[LIMIT_PATH];
	enum ctl_exit code = reach_socket(options, socket, sizeof socket);

	if (code != CTL_DONE)
		return code;
	struct client_request request = {.socket = socket, .path = path, .body = body};
	int error = client_exchange(&request, ret_answer);
	return error < 0 ? explain(socket, error) : CTL_DONE;
}

enum ctl_exit reach_page(const struct options *options, const char *path, struct client_answer *ret_answer)
{
	struct client_answer answer = {0};
	enum ctl_exit code = exchange(options, path, NULL, &answer);

	if (code == CTL_DONE && answer.status != 200) {
		say_error("the daemon does not have %s: %s", path,
		          json_node_text(json_doc_root(answer.doc), "detail", "no reason given"));
		client_answer_free(&answer);
		code = CTL_UNREACHABLE;
	}
	if (code == CTL_DONE)
		*ret_answer = answer;
	return code;
}

enum ctl_exit reach_ask(const struct options *options, const char *path, const char *body,
                        struct client_answer *ret_answer)
{
	return exchange(options, path, body, ret_answer);
}

enum ctl_exit reach_command(const struct options *options, const char *json, struct client_answer *ret_answer)
{
	enum ctl_exit code = exchange(options, "/v1/command", json, ret_answer);

	if (code != CTL_DONE)
		return code;
	switch (ret_answer->status) {
	case 200:
		return CTL_DONE;
	case 403:
		return CTL_REFUSED;
	default:
		return CTL_NO;
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_load - from a site file to a site, or to every error in it.
 *
 * Errors are for the installer: where, what was found, what is allowed, and for names the nearest one.
 * All errors of a run are reported, up to LIMIT_ERRORS, in the order of the file.
 */
#ifndef PICKET_SITE_LOAD_H
#define PICKET_SITE_LOAD_H

#include "config/site.h"
#include "config/site_error.h"

/* The folder where profiles are looked for: $PICKET_PROFILES, else the installed one. A profile named in the
 * site file is looked for beside the site file (profiles/NAME.yaml) first, so that an installer can add one. */
const char *site_profile_dir(void);

/*
 * 0, and *ret_site is the caller's; or -EINVAL with at least one row in *ret_errors; or -ENOMEM.
 * *ret_errors is set in every case and is the caller's to give to site_errors_free().
 */
int site_load(const char *path, struct site **ret_site, struct site_errors *ret_errors);
void site_free(struct site **site);

#endif

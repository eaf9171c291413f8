// SPDX-License-Identifier: GPL-2.0-only
/*
 * A SCSI command of a driver's own goes by scsi_execute_cmd(). Since
 * d0949565811f ("scsi: core: Add struct for args to execution functions"), 6.3.
 */
#include <scsi/scsi_device.h>

int probe(struct scsi_device *sdev, const u8 *cdb);
int probe(struct scsi_device *sdev, const u8 *cdb)
{
	const struct scsi_exec_args args = { };

	return scsi_execute_cmd(sdev, cdb, REQ_OP_DRV_IN, NULL, 0, 0, 0, &args);
}

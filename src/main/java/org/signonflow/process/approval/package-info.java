/** Approval: what the approvers are shown, who may decide, and whether PingOne still matches what they decided on. */
package org.signonflow.process.approval;

/** What the approvers are shown, who may decide on it, and whether PingOne still has what they decided on. */
package org.signonflow.process.approval;

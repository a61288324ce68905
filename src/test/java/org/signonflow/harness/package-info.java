/** Signonflow as it is built, in processes of its own, for tests that kill it and for those that measure it. */
package org.signonflow.harness;

/** Signonflow as built, in processes of its own, for tests that kill it and for benchmarks. */
package org.signonflow.harness;

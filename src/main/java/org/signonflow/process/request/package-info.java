/** Starting flows: what input is accepted, who requested it, and how many may be open at a time. */
package org.signonflow.process.request;

/** The pages of our own: where everything is, and whether the PingOne environments answer. */
package org.signonflow.web;

/**
 * The export to Terraform of what changes have created in PingOne: resources of the provider {@code pingidentity/pingone}, with the blocks
 * that import them.
 */
package org.signonflow.terraform;

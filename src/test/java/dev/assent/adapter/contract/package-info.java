/**
 * The suite that every {@link dev.assent.participant.Resource} has to pass, for adapters of Assent and of others: extend
 * {@link dev.assent.adapter.contract.ResourceContract} and describe the resource by a {@link
 * dev.assent.adapter.contract.ResourceLab}.
 */
package dev.assent.adapter.contract;

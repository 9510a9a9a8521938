using Vouch.TrustEngine.Audit;

namespace Vouch.Execution.Journal;

/// <summary>Where an acceptance stands in the audit log, and the proof of it.</summary>
internal readonly record struct JournalPosition(long Index, TreeHead Head, InclusionProof Proof);

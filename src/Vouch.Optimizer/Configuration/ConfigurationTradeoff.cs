using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>A configuration that no other one beats: each other one is dearer, or known to be less good.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Quality">Its predicted quality.</param>
/// <param name="CpuSeconds">Its predicted time.</param>
/// <param name="KeepsTarget">Whether its quality is known, with the stated confidence, to meet the target.</param>
public sealed record ConfigurationTradeoff(RenderConfiguration Configuration, ConfidenceInterval Quality, ConfidenceInterval CpuSeconds, bool KeepsTarget);

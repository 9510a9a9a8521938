using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Answers;

/// <summary>When raw answers say the same, and how they are put together.</summary>
public sealed class AnswerConsensusOptions
{
    /// <summary>Gets or sets how answers are read.</summary>
    /// <value>The defaults of <see cref="AnswerNormalizerOptions"/>.</value>
    [Required]
    [ValidateObjectMembers]
    public AnswerNormalizerOptions Reading { get; set; } = new();

    /// <summary>Gets or sets by how much two numbers may differ and be the same.</summary>
    /// <value>Finite, 0 or more, in units of the answer. The default is 0: numbers are compared exactly.</value>
    [Range(0.0, double.MaxValue)]
    public double AbsoluteTolerance { get; set; }

    /// <summary>Gets or sets by what share of the greater magnitude two numbers may differ and be the same. The greater of both tolerances holds.</summary>
    /// <value>A fraction in [0, 0.999]. The default is 0.</value>
    [Range(0.0, 0.999)]
    public double RelativeTolerance { get; set; }

    /// <summary>Gets or sets whether each sample of a single question is a voter of its own, even where one worker gave several.</summary>
    /// <value>The default is false: samples of one model share its mistakes, and a thousand of them are one voter. True only where samples are known to be independent, such as people behind one id. Samples with an
    /// <see cref="AnswerSample.Entity"/> stay one voter per entity.</value>
    public bool SamplesAreIndependent { get; set; }

    /// <summary>Gets or sets whether an answer means the same in every question: yes and no, A to D, a list of classes. Workers' confusions between answers are then learnt.</summary>
    /// <value>The default is false: each question has answers of its own. With more than 256 different answers it counts as false, and the evidence says so.</value>
    public bool SharedAnswers { get; set; }

    /// <summary>Gets or sets what a single question's consensus is to hold against.</summary>
    /// <value>The defaults of <see cref="ConsensusOptions"/>.</value>
    [Required]
    [ValidateObjectMembers]
    public ConsensusOptions Vote { get; set; } = new();

    /// <summary>Gets or sets how many questions are put together.</summary>
    /// <value>The defaults of <see cref="LabelConsensusOptions"/>.</value>
    [Required]
    [ValidateObjectMembers]
    public LabelConsensusOptions Labels { get; set; } = new();
}

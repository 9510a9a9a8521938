using System.Reflection;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Exceptions;

public sealed class ExceptionTests
{
    public static TheoryData<Type> Types => [.. typeof(VouchException).Assembly.GetExportedTypes().Where(typeof(Exception).IsAssignableFrom)];

    [Theory]
    [MemberData(nameof(Types))]
    public void EveryException_HasTheThreeUsualConstructors(Type type)
    {
        var inner = new FormatException("cause");

        var plain = (Exception)Activator.CreateInstance(type)!;
        var worded = (Exception)Activator.CreateInstance(type, "what to do")!;
        var caused = (Exception)Activator.CreateInstance(type, "what to do", inner)!;

        plain.Should().BeAssignableTo<VouchException>();
        plain.Message.Should().EndWith(".").And.NotContain(type.Name);
        worded.Message.Should().Be("what to do");
        caused.InnerException.Should().BeSameAs(inner);
        type.Name.Should().EndWith("Exception");
        (type.IsSealed || type == typeof(VouchException) || type == typeof(VerificationException)).Should().BeTrue();
    }

    // What is not known says so: null or NaN, never a made-up zero.
    [Theory]
    [MemberData(nameof(Types))]
    public void EveryProperty_NotSet_IsUnknown(Type type)
    {
        object exception = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in type.GetProperties().Where(property => typeof(VouchException).IsAssignableFrom(property.DeclaringType)))
        {
            object? value = property.GetValue(exception);
            (value is null or double.NaN).Should().BeTrue($"{type.Name}.{property.Name} is {value}");
        }
    }

    [Fact]
    public void Hierarchy_IsAsDesigned()
    {
        typeof(ConsensusFailureException).BaseType.Should().Be<VerificationException>();
        typeof(QualityThresholdException).BaseType.Should().Be<VerificationException>();
        foreach (Type type in (Type[])[typeof(SceneAnalysisException), typeof(PipelineRoutingException), typeof(VerificationException), typeof(SchedulingException),
                     typeof(ResourceAllocationException), typeof(InputValidationException), typeof(ConfigurationException), typeof(PolicyMismatchException)])
        {
            type.BaseType.Should().Be<VouchException>();
        }
    }

    [Fact]
    public void Properties_Set_ComeBack()
    {
        var consensus = new ConsensusFailureException("m")
        {
            Ballots = 2,
            RequiredBallots = 4,
            ByzantineShare = 0.33,
            UnitId = new WorkUnitId("u"),
            WorkerId = new WorkerId("w"),
        };
        var quality = new QualityThresholdException("m") { Measured = 0.9, Target = new QualityTarget(0.95, QualityScale.Ssim) };
        var scheduling = new SchedulingException("m") { JobId = "j", Constraint = "deadline", Remedy = "two more slots" };

        (consensus.Ballots, consensus.RequiredBallots, consensus.ByzantineShare).Should().Be((2, 4, 0.33));
        (consensus.UnitId, consensus.WorkerId).Should().Be((new WorkUnitId("u"), new WorkerId("w")));
        (quality.Measured, quality.Target).Should().Be((0.9, new QualityTarget(0.95, QualityScale.Ssim)));
        (scheduling.JobId, scheduling.Constraint, scheduling.Remedy).Should().Be(("j", "deadline", "two more slots"));
    }
}

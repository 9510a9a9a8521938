namespace Vouch.Testing.Faults;

/// <summary>What goes wrong. What the intensity (0 to 1) means stands at each kind.</summary>
public enum FaultKind
{
    /// <summary>The worker is down: it refuses calls, and those it had are lost with an error. Intensity: the share of the fault's duration that it is down, from its start.</summary>
    Crash = 0,

    /// <summary>The worker takes calls and never answers them. Intensity: the share of the calls. They hold their places until the fault is over.</summary>
    Hang,

    /// <summary>The worker is slow. Intensity: service takes 1 + 9 × intensity times as long.</summary>
    Slow,

    /// <summary>The worker leaks with each call it serves, is slower the more it has leaked, and restarts for a second when nothing is left. Intensity: 2 % × intensity of what there is per call.</summary>
    Leak,

    /// <summary>The worker's processor is busy with something else now and then: service begun then takes 20 times as long. Intensity: the share of each second.</summary>
    CpuSpike,

    /// <summary>The worker answers with an error, fast. Intensity: the share of the calls.</summary>
    Error,

    /// <summary>The worker lies. Intensity: the share of the answers.</summary>
    Byzantine,

    /// <summary>Answers are damaged on the way. Intensity: the share of the answers.</summary>
    Corruption,

    /// <summary>The worker's clock is off. Intensity: by 60 s × intensity, ahead or behind.</summary>
    ClockSkew,

    /// <summary>Messages to and from the worker take longer. Intensity: by 1 s × intensity on average, exponentially distributed.</summary>
    Delay,

    /// <summary>Messages to and from the worker get lost. Intensity: the share of the messages.</summary>
    Loss,

    /// <summary>Requests arrive twice. Intensity: the share of the requests.</summary>
    Duplication,

    /// <summary>Messages overtake each other: some are held up by as much as 50 ms. Intensity: the share of the messages.</summary>
    Reorder,

    /// <summary>A one-way partition: no request arrives, but answers to earlier ones do. Intensity: the share of the fault's duration, from its start.</summary>
    LostRequests,

    /// <summary>A one-way partition: requests arrive and are served, but no answer does. Intensity: the share of the fault's duration, from its start.</summary>
    LostAnswers,

    /// <summary>The worker crashes, and others after it, one each 250 ms, until the fault is over. Intensity: the share of the workers that fall.</summary>
    Cascade,
}

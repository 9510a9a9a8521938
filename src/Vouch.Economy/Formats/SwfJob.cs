namespace Vouch.Economy.Formats;

/// <summary>One line of a job log in the standard workload format; what the log does not know is null.</summary>
/// <param name="Number">The job's number, unique in the log.</param>
/// <param name="Submit">When it was submitted, in seconds after the start of the log, 0 or more.</param>
/// <param name="Wait">How long it waited, in seconds.</param>
/// <param name="RunTime">How long it ran (wall clock), in seconds.</param>
/// <param name="Processors">How many processors it was given.</param>
/// <param name="CpuTime">The mean processor time per processor, in seconds.</param>
/// <param name="Memory">The mean memory per processor, in kilobytes.</param>
/// <param name="RequestedProcessors">How many processors it asked for.</param>
/// <param name="RequestedTime">How long it asked for, in seconds.</param>
/// <param name="RequestedMemory">The memory per processor it asked for, in kilobytes.</param>
/// <param name="Status">0 failed, 1 completed, 2 to 4 parts of a checkpointed job, 5 cancelled.</param>
/// <param name="User">The number of the user.</param>
/// <param name="Group">The number of the group.</param>
/// <param name="Application">The number of the application.</param>
/// <param name="Queue">The number of the queue.</param>
/// <param name="Partition">The number of the partition.</param>
/// <param name="PrecedingJob">The job that it waited for.</param>
/// <param name="ThinkTime">The seconds between the preceding job's end and its submission.</param>
public sealed record SwfJob(
    long Number,
    long Submit,
    long? Wait,
    long? RunTime,
    long? Processors,
    double? CpuTime,
    double? Memory,
    long? RequestedProcessors,
    long? RequestedTime,
    double? RequestedMemory,
    int? Status,
    int? User,
    int? Group,
    int? Application,
    int? Queue,
    int? Partition,
    long? PrecedingJob,
    long? ThinkTime);

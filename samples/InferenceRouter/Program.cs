using InferenceRouter;

return await CommandLine.RunAsync(args);

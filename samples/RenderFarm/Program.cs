using RenderFarm;

return await CommandLine.RunAsync(args);

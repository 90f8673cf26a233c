include(GNUInstallDirs)
install(TARGETS vicinal RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES data/models.json DESTINATION ${CMAKE_INSTALL_DATADIR}/vicinal)
